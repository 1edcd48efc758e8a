"""Merkle trees as in RFC 6962: one root over many leaves, and short proofs about it.

Pure hashing over bytes. It knows nothing of checkpoints (`journal` does) and never trusts a proof's length:
a proof that is too short, too long or holds anything but 32-byte hashes is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256

_SIZE = 32
_EMPTY = sha256().digest()


def leaf_hash(leaf: bytes) -> bytes:
    """Hash of one leaf (32 bytes). The prefix keeps leaves and nodes apart: RFC 6962, section 2.1."""
    return sha256(b"\x00" + leaf).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """Root over `leaves` in their order (32 bytes); without leaves, the hash of nothing."""
    return _top([leaf_hash(leaf) for leaf in leaves])


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Hashes that lead from leaf `index` (from 0) to the root, lowest first.

    Raises IndexError where there is no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise IndexError(f"no leaf {index} among {len(leaves)}")
    proof = []
    for level in _levels([leaf_hash(leaf) for leaf in leaves]):
        sibling = index ^ 1
        if sibling < len(level):
            proof.append(level[sibling])
        index >>= 1
    return proof


def verify_inclusion(*, index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> bool:
    """True where `proof` shows that the leaf with hash `leaf` is number `index` of the `size` under `root`.

    RFC 9162, section 2.1.3.2.
    """
    if not 0 <= index < size or not _hashes(leaf, *proof):
        return False
    last = size - 1
    node = leaf
    for sibling in proof:
        if last == 0:
            return False
        if index & 1 or index == last:
            node = _node(sibling, node)
            index, last = _past_lone_levels(index, last)
        else:
            node = _node(node, sibling)
        index, last = index >> 1, last >> 1
    return last == 0 and node == root


def consistency_proof(leaves: Sequence[bytes], size: int) -> list[bytes]:
    """Hashes that show that the tree over the first `size` leaves grew into the tree over all of them.

    Raises IndexError where `size` is not between 1 and the number of leaves. RFC 6962, section 2.1.2.
    """
    if not 0 < size <= len(leaves):
        raise IndexError(f"no tree of {size} within {len(leaves)} leaves")
    return _grown([leaf_hash(leaf) for leaf in leaves], size, known=True)


def verify_consistency(*, size: int, new_size: int, root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """True where `proof` shows that the tree of `size` under `root` is the start of the one under `new_root`.

    An empty first tree proves nothing and is refused. RFC 9162, section 2.1.4.2.
    """
    if not 0 < size <= new_size:
        return False
    if size == new_size:
        return not proof and root == new_root
    if not proof or not _hashes(root, new_root, *proof):
        return False
    # A complete first tree is itself the first node of the proof and is left out of it.
    path = [root, *proof] if size & (size - 1) == 0 else list(proof)
    return _both_roots(size, new_size, path) == (root, new_root)


def _both_roots(size: int, new_size: int, path: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """The roots of both trees as `path` gives them; None where it has the wrong length."""
    index, last = size - 1, new_size - 1
    while index & 1:
        index, last = index >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return None
        if index & 1 or index == last:
            old, new = _node(sibling, old), _node(sibling, new)
            index, last = _past_lone_levels(index, last)
        else:
            new = _node(new, sibling)
        index, last = index >> 1, last >> 1
    return (old, new) if last == 0 else None


def _past_lone_levels(index: int, last: int) -> tuple[int, int]:
    """Climb past the levels on which the last node has no sibling and is carried up as it is."""
    while not index & 1 and index != 0:
        index, last = index >> 1, last >> 1
    return index, last


def _grown(hashes: list[bytes], size: int, *, known: bool) -> list[bytes]:
    """SUBPROOF of RFC 6962: `known` while the first tree's own root needs no mention."""
    if size == len(hashes):
        return [] if known else [_top(hashes)]
    split = 1 << (len(hashes) - 1).bit_length() - 1
    left, right = hashes[:split], hashes[split:]
    if size <= split:
        return [*_grown(left, size, known=known), _top(right)]
    return [*_grown(right, size - split, known=False), _top(left)]


def _top(hashes: list[bytes]) -> bytes:
    top = hashes
    for level in _levels(hashes):
        top = level
    return top[0] if top else _EMPTY


def _levels(level: list[bytes]) -> Iterator[list[bytes]]:
    """Every level of the tree from the leaves' hashes up; a node without a sibling is carried up as it is."""
    yield level
    while len(level) > 1:
        above = [sha256(b"\x01" + a + b).digest() for a, b in zip(level[::2], level[1::2], strict=False)]
        if len(level) & 1:
            above.append(level[-1])
        level = above
        yield level


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def _hashes(*values: bytes) -> bool:
    return all(len(value) == _SIZE for value in values)
