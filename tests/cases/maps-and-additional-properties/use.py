"""Maps are dicts; typed extra properties stand beside the declared ones."""

from datetime import date

from maps_and_additional_properties import Client, models

from tests.loopback import Loopback


def use_maps(server: Loopback) -> None:
    data = {
        "game": "chess",
        "by_player": {"ana": 3},
        "free": {"a": [1]},
        "anything": 7,
        "labels": {"x-a": "b"},
        "finished": "2026-05-23",
    }
    server.answer(json=data)
    with Client(base_url=server.url, strict=True) as client:
        day = {"started": date(2026, 5, 22)}
        sent = models.Scores(
            game="chess", by_player={"ana": 3}, additional_properties=day
        )
        scores = client.scores.save(body=sent)
    assert server.requests[0].json["started"] == "2026-05-22"
    assert scores.additional_properties == {"finished": date(2026, 5, 23)}
    assert scores.to_dict() == data
    made = models.Scores(game="go", additional_properties={"d": date(2026, 1, 2)})
    assert made.to_dict() == {"game": "go", "d": "2026-01-02"}


def use_a_union_of_other_properties(server: Loopback) -> None:
    data = {"size": 8, "a1": {"piece": "rook"}, "a2": False}
    server.answer(json=data)
    with Client(base_url=server.url, strict=True) as client:
        board = client.scores.board("b")
    rook = models.BoardValueObject(piece="rook")
    assert board.additional_properties == {"a1": rook, "a2": False}
    assert board.to_dict() == data
    assert models.Board().additional_properties == {}
