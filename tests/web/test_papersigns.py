"""Signs of a paper closing on pages: for whoever signs, with the twin beside them; never for the unit."""

from __future__ import annotations

from django.urls import reverse

from bihuan.ledger.actions import closing
from bihuan.ledger.models import Closeout
from tests.ledger.test_papersigns import NEARLY, PHOTO, SAID, closed, own
from tests.world import days_later


def test_whoever_signs_sees_the_twin_beside_it_and_the_unit_sees_nothing(world, sign_in):
    first = closed(world, SAID, [PHOTO, *own(1)])
    second = closed(world, NEARLY, [PHOTO, *own(2)])
    with days_later(21):
        closing.check(actor=world.actor("supervisor"), problem=second, finding="现场属实").only()
        reviewer = sign_in("reviewer")
        for address in (reverse("problem", args=[second]), reverse("act", args=[second, "accept"])):
            page = reviewer.get(address).content.decode()
            for words in ("签字前请看", "几乎相同", "<mark>环城</mark>", "是同一个文件"):
                assert words in page
            assert reverse("problem", args=[first]) in page
        page = sign_in("liaison").get(reverse("problem", args=[second])).content.decode()
        assert "签字前请看" not in page
        assert "雷同" not in page
        chosen = {"ids": f"{second.hex}:9"}
        bulk = reviewer.post(reverse("bulk", args=["accept"]), chosen).content.decode()
        assert "其中1件有纸面整改的迹象" not in bulk, (
            "seen before it was checked: it is refused, nothing is signed"
        )
        version = Closeout.objects.get(problem_id=second).problem.version
        bulk = reviewer.post(reverse("bulk", args=["accept"]), {"ids": f"{second.hex}:{version}"}).content.decode()
        assert "其中1件有纸面整改的迹象" in bulk
        closing.accept(actor=world.actor("reviewer"), problems=[second], opinion="同意").only()
        page = sign_in("coordinator").get(reverse("problem", args=[second])).content.decode()
        assert "签字时已提示" in page
        assert "纸面整改的迹象" in page
        assert "签字时已提示" not in sign_in("liaison").get(reverse("problem", args=[second])).content.decode()
