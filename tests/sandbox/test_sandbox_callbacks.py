"""The sandbox tells tasks' changes to their callback addresses as Kling does, and is held up by none of them."""

import socket
import threading
import time

import pytest
from callback_receiver import (
    NEXT_SECRET,
    QUIET,
    SECRET,
    Receiver,
    ended,
    is_signed,
    outcomes,
    wait_until_noted,
)
from sandbox_caller import NEW_OMNI, NEW_T2V, TEXT2VIDEO, Caller, Clock, Start, options

import kling as library
from kling.sandbox.callbacks import courier, sending
from kling.sandbox.front.server import running

SIGNED = ("webhook-id", "webhook-timestamp", "webhook-signature")


def test_a_legacy_task_is_told_as_it_was_captured(kling: Caller, clock: Clock, receiver: Receiver) -> None:
    task = ended(kling, clock, receiver, external_task_id="job-1", watermark_info={"enabled": True})

    processing, succeed = (delivery.told for delivery in receiver.taken)
    nothing = {"images": [], "videos": [], "audios": []}
    assert processing == {
        "task_id": task,
        "task_status": "processing",
        "task_info": {"external_task_id": "job-1"},
        "task_result": nothing,
        "task_status_msg": "",
        "created_at": processing["created_at"],
        "updated_at": processing["updated_at"],
    }
    (video,) = kling.task(task)["task_result"]["videos"]
    del video["watermark_url"]
    assert succeed["task_result"] == {**nothing, "videos": [video]}
    assert (succeed["task_status"], succeed["final_unit_deduction"]) == ("succeed", "1.5")
    assert succeed["updated_at"] == kling.task(task)["updated_at"] > processing["updated_at"]


def test_a_new_task_is_told_as_it_is_read(kling: Caller, clock: Clock, receiver: Receiver) -> None:
    task = kling.new_made(options={"callback_url": receiver.url, "external_task_id": "job-1"})
    clock.forward(41)

    processing, succeeded = (delivery.told for delivery in receiver.wait_for(2))
    assert (processing["id"], processing["status"], processing["outputs"]) == (task, "processing", [])
    assert succeeded == kling.new_task(task)
    assert succeeded["status"] == "succeeded"


@pytest.mark.parametrize("path", [TEXT2VIDEO, NEW_T2V, NEW_OMNI])
def test_the_path_decides_which_body_it_is(kling: Caller, clock: Clock, receiver: Receiver, path: str) -> None:
    if path.startswith("/v1"):
        body = {"model_name": "kling-v3", "prompt": "A lake.", "callback_url": receiver.url}
        assert kling.call("POST", path, json=body).status_code == 200
    else:
        kling.new_made(path, options={"callback_url": receiver.url})
    clock.forward(60)

    for delivery in receiver.wait_for(2):
        assert ("task_id" in delivery.told) == path.startswith("/v1")
        assert library.read_callback(delivery.body) is not None


def test_a_failure_is_told_with_its_reason(kling: Caller, clock: Clock, receiver: Receiver) -> None:
    kling.made(prompt="[fail]", callback_url=receiver.url)
    clock.forward(5)

    failed = receiver.wait_for(2)[1].told
    assert (failed["task_status"], failed["task_status_msg"]) == ("failed", "Image pixel is invalid")
    assert failed["task_result"] == {"images": [], "videos": [], "audios": []}


def test_it_comes_with_the_headers_of_the_capture_to_the_very_address(
    kling: Caller, clock: Clock, receiver: Receiver
) -> None:
    ended(kling, clock, receiver)

    delivery = receiver.taken[0]
    assert delivery.path == "/hooks/secret-token/?a=1"
    assert delivery.headers["user-agent"] == "Apache-HttpClient/4.5.13 (Java/11.0.14-internal)"
    assert delivery.headers["content-type"] == "application/json; charset=utf-8"
    assert delivery.headers["accept-encoding"] == "gzip,deflate"
    assert delivery.headers["host"] == receiver.url.split("/")[2]
    assert "authorization" not in delivery.headers
    assert not set(SIGNED) & set(delivery.headers)


def test_nothing_is_told_before_it_happens(kling: Caller, clock: Clock, receiver: Receiver) -> None:
    kling.made(callback_url=receiver.url)
    time.sleep(QUIET)
    assert receiver.taken == []

    clock.forward(11)
    receiver.wait_for(1)
    time.sleep(QUIET)
    assert receiver.statuses == ["processing"]


def test_a_task_that_never_is_processing_is_not_told_to_be(start: Start, receiver: Receiver) -> None:
    kling = start(render_seconds=(0, 0))
    kling.made(callback_url=receiver.url)

    receiver.wait_for(1)
    time.sleep(QUIET)
    assert receiver.statuses == ["succeed"]


def test_with_a_secret_each_is_signed_under_an_id_of_its_own(
    signing: Caller, clock: Clock, receiver: Receiver
) -> None:
    for _ in range(2):
        ended(signing, clock, receiver)

    assert all(is_signed(delivery, clock) for delivery in receiver.taken)
    assert not any(is_signed(delivery, clock, NEXT_SECRET) for delivery in receiver.taken)
    assert len({delivery.headers["webhook-id"] for delivery in receiver.taken}) == 4


def test_during_a_rotation_two_secrets_sign(start: Start, clock: Clock, receiver: Receiver) -> None:
    kling = start(webhook_secrets=[NEXT_SECRET, SECRET])
    ended(kling, clock, receiver)

    delivery = receiver.taken[1]
    assert len(delivery.headers["webhook-signature"].split(" ")) == 2
    assert is_signed(delivery, clock, SECRET) and is_signed(delivery, clock, NEXT_SECRET)


def test_the_time_of_a_signature_is_kling_s(signing: Caller, clock: Clock, receiver: Receiver) -> None:
    signing.set_faults(clock_skew=-400)
    signing.new_made(options={"callback_url": receiver.url})
    clock.forward(41)

    delivery = receiver.wait_for(1)[0]
    assert int(delivery.headers["webhook-timestamp"]) == int(clock.now) - 400
    assert not is_signed(delivery, clock)


def test_deliveries_are_listed_and_counted_without_what_is_secret_in_an_address(
    kling: Caller, clock: Clock, receiver: Receiver
) -> None:
    receiver.answers = [204, 401]
    task = ended(kling, clock, receiver)

    first, second = wait_until_noted(kling, 2)
    origin = receiver.url.split("/hooks")[0]
    about = {"task_id": task, "kind": "true", "at_ms": int(clock.now * 1000), "origin": origin}
    assert first == {**about, "status": "processing", "outcome": "delivered", "answer": 204}
    assert second == {**about, "status": "succeed", "outcome": "refused", "answer": 401}
    assert outcomes(kling) == {"delivered": 1, "refused": 1}
    page = kling.session.get(kling.base_url, timeout=20).text
    assert "<h2>Callbacks, by outcome</h2><p>delivered: 1, refused: 1</p>" in page
    assert "secret-token" not in page
    assert kling.session.post(f"{kling.base_url}/sandbox/callbacks", timeout=20).status_code == 405


def test_a_redirect_is_not_followed(kling: Caller, clock: Clock, receiver: Receiver) -> None:
    receiver.answers, receiver.location = [307], "/elsewhere/"
    ended(kling, clock, receiver)

    noted = wait_until_noted(kling, 2)
    assert [each["outcome"] for each in noted] == ["refused", "refused"]
    assert {delivery.path for delivery in receiver.taken} == {"/hooks/secret-token/?a=1"}


def test_no_proxy_is_asked(kling: Caller, clock: Clock, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")

    ended(kling, clock, receiver)

    wait_until_noted(kling, 2)
    assert outcomes(kling) == {"delivered": 2}


def test_where_nobody_listens_it_is_unreachable(kling: Caller, clock: Clock) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    kling.made(callback_url=f"http://127.0.0.1:{port}/")
    kling.made(callback_url=f"https://127.0.0.1:{kling.base_url.rpartition(':')[2]}/")  # no TLS there
    clock.forward(41)

    noted = wait_until_noted(kling, 4)
    assert {(each["outcome"], each["answer"]) for each in noted} == {("unreachable", None)}


def test_a_receiver_that_never_answers_holds_up_no_request_and_not_for_long(
    kling: Caller, clock: Clock, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "SECONDS", 0.5)
    let_go = threading.Event()
    receiver.hold = let_go.wait
    for _ in range(5):
        kling.made(callback_url=receiver.url)
    clock.forward(11)
    receiver.wait_for(courier.THREADS)

    began = time.monotonic()
    assert kling.call("GET", "/v1/videos/image2video").status_code == 200
    assert time.monotonic() - began < 0.5
    assert {each["outcome"] for each in wait_until_noted(kling, 5)} == {"timed out"}
    let_go.set()


def test_an_answer_that_drips_ends_at_the_same_time(
    kling: Caller, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "SECONDS", 0.5)
    stopped = threading.Event()

    def drip(listener: socket.socket) -> None:
        line, _ = listener.accept()
        with line:
            while not stopped.wait(0.05):
                try:
                    line.sendall(b"H")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=drip, args=(listener,), daemon=True)
        thread.start()
        kling.made(callback_url=f"http://127.0.0.1:{listener.getsockname()[1]}/", prompt="[slow]")
        clock.forward(11)
        assert wait_until_noted(kling, 1)[0]["outcome"] == "timed out"
        stopped.set()
        thread.join(5)


@pytest.mark.parametrize("answer", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"])
def test_whatever_comes_back_is_only_counted(kling: Caller, clock: Clock, answer: bytes) -> None:
    def serve(listener: socket.socket) -> None:
        for _ in range(2):
            line, _ = listener.accept()
            with line:
                line.recv(65_536)
                line.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,), daemon=True)
        thread.start()
        kling.made(callback_url=f"http://127.0.0.1:{listener.getsockname()[1]}/")
        clock.forward(41)
        wait_until_noted(kling, 2)
        thread.join(5)

    assert outcomes(kling) == ({"delivered": 2} if b"200" in answer else {"unreachable": 2})


def test_whoever_has_no_callbacks_has_no_threads_for_them_and_others_have_four(
    kling: Caller, clock: Clock, receiver: Receiver
) -> None:
    def workers() -> int:
        return sum("_work" in thread.name for thread in threading.enumerate())

    before = workers()
    kling.made()
    assert workers() == before

    for _ in range(4):
        kling.made(callback_url=receiver.url)
    assert workers() == before + courier.THREADS
    clock.forward(41)
    receiver.wait_for(8)


def test_its_threads_end_with_it(clock: Clock, receiver: Receiver) -> None:
    with running(options(clock=clock)) as server:
        kling = Caller(server.base_url, clock)
        with kling.session:
            kling.made(callback_url=receiver.url)
        threads = server.sandbox.callbacks._threads

    for thread in threads:
        thread.join(5)
        assert not thread.is_alive()
