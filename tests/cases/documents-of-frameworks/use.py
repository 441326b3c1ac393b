"""What FastAPI, Spring, Django and ASP.NET write, in one client."""

from documents_of_frameworks import Client, UnprocessableEntityError, models

from tests.loopback import Loopback


def use_frameworks(server: Loopback) -> None:
    server.answer(json={"items": [{"title": "a", "genre": ""}, {"title": "b"}]})
    server.answer(status=422, json={"detail": [{"loc": ["body", 0], "msg": "no"}]})
    server.answer(status=201, json={"title": "a", "genre": "SF"})
    with Client(base_url=server.url) as client:
        page = client.books.list(pageable={"page": 1, "sort": ["a", "-b"]}, q="x")
        assert page.items[0].genre == ""
        try:
            client.books.list(pageable=models.Pageable())
        except UnprocessableEntityError as error:
            assert isinstance(error.error, models.HTTPValidationError)
            assert error.error.detail == [
                models.ValidationError(loc=["body", 0], msg="no")
            ]
        else:
            raise AssertionError("no error")
        book = models.BookRequest(title="a", cover=b"\xff")
        client.books.create(body=book)
        client.books.create(body=book, content_type="application/vnd.book+json")
        client.books.create(body=book, content_type="multipart/form-data")
        server.answer(status=204)
        client.books.import_(body=[{"name": "a"}])
    queries = [request.query for request in server.requests]
    assert queries[:2] == ["page=1&sort=a&sort=-b&q=x", ""]
    sent = server.requests[2:]
    assert sent[0].json == sent[1].json == {"title": "a", "cover": "/w=="}
    assert sent[1].headers["content-type"] == "application/vnd.book+json"
    assert b'name="cover"' in sent[2].body and b"\xff" in sent[2].body
    assert b'name="file"' in sent[3].body
