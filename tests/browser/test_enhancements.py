"""web/ui/clerk.js as built, on small pages of the shape our templates have, under our content security policy."""

from __future__ import annotations

import base64
import json
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask, Response, request, send_from_directory
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

DIST = Path(__file__).resolve().parents[2] / "web" / "static" / "dist"
POLICY = "default-src 'self'; script-src 'self'; style-src 'self'; object-src 'none'; base-uri 'none'"
SIGNATURE = """
<fieldset><legend>申请人签名</legend>
<div class="yc-signature" data-yc-signature="f-sign-image" hidden>
<canvas class="yc-signature__pad" width="600" height="200" role="img" aria-label="在此手写签名"></canvas>
<button type="button" data-yc-signature-clear>重新签名</button></div>
<input type="hidden" id="f-sign-image" name="signature" value="">
<label><input type="checkbox" name="on_paper" value="true"> 在纸上签名</label></fieldset>
"""


def entry() -> str:
    """Return the address of the built clerk.js, or fail with the sentence that helps."""
    manifest = DIST / "manifest.json"
    if not manifest.exists():
        pytest.fail("The pages' scripts are not built. Run ./run setup (it needs Node 20.19 or newer).", pytrace=False)
    return f"/static/dist/{json.loads(manifest.read_text())['clerk.js']['file']}"


def form_page(extra: str = "", attributes: str = "") -> str:
    return f"""
    <p class="nojs">没有脚本也能办理</p><label>搜索<input type="search" name="q"></label>
    <form method="post" action="/send" {attributes}><label>姓名<input name="name" value="王建国"></label>{extra}
    <button name="act" value="save">保存</button><button name="act" value="send">提交</button></form>
    <a href="/away">离开</a>"""


REFRESHED = """<div id="fields">{}<label>类型<input name="kind" hx-post="/fields" hx-trigger="change"
 hx-target="#fields" hx-swap="innerMorph" hx-include="closest form"></label></div>"""


class Counter:
    """A small office: serves the pages, and keeps what was sent."""

    def __init__(self) -> None:
        self.received: list[dict[str, str]] = []
        self.arrived = threading.Event()
        self.hold = threading.Event()
        self.hold.set()
        self.app = Flask(__name__)
        self.app.add_url_rule("/static/dist/<path:name>", "dist", lambda name: send_from_directory(DIST, name))
        self.app.add_url_rule("/favicon.ico", "icon", lambda: Response(status=204))
        self.app.add_url_rule("/send", "send", self.send, methods=["POST"])
        self.app.add_url_rule("/fields", "fields", self.fields, methods=["POST"])
        self.app.add_url_rule("/away", "away", lambda: self.page("<p>别处</p>"))
        self.app.add_url_rule("/", "form", lambda: self.page(form_page()))
        self.app.add_url_rule("/guarded", "guarded", lambda: self.page(form_page(attributes="data-guard")))
        self.app.add_url_rule("/unsaved", "unsaved", lambda: self.page(form_page(attributes='data-guard="dirty"')))
        self.app.add_url_rule("/sign", "sign", lambda: self.page(form_page(REFRESHED.format(SIGNATURE))))
        self.app.add_url_rule("/htmx", "htmx", lambda: self.page(form_page(attributes='hx-post="/fields"')))

    def page(self, body: str) -> Response:
        html = (
            '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>测试</title>'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f'<script type="module" src="{entry()}"></script></head>'
            f"<body><main><h1>办理</h1>{body}</main></body></html>"
        )
        return Response(html, mimetype="text/html", headers={"Content-Security-Policy": POLICY})

    def send(self) -> Response:
        self.received.append(dict(request.form))
        self.arrived.set()
        self.hold.wait(10)
        return self.page("<p>已收到</p>")

    def fields(self) -> Response:
        self.received.append(dict(request.form))
        self.arrived.set()
        self.hold.wait(10)
        return Response(REFRESHED.format(SIGNATURE)[len('<div id="fields">') : -len("</div>")], mimetype="text/html")


@pytest.fixture
def counter() -> Counter:
    return Counter()


@pytest.fixture
def base(counter: Counter) -> Iterator[str]:
    serving = make_server("127.0.0.1", 0, counter.app, threaded=True)
    thread = threading.Thread(target=serving.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{serving.server_port}"
    counter.hold.set()
    serving.shutdown()
    thread.join()
    serving.server_close()


def open_page(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("html[data-ready=clerk]")).to_have_count(1)


def test_the_page_knows_that_script_runs(page: Page, base: str) -> None:
    open_page(page, base)

    expect(page.locator("html")).to_have_class("js")


def test_htmx_brings_no_style_of_its_own(page: Page, base: str) -> None:
    open_page(page, base)

    assert page.evaluate("window.htmx.config.includeIndicatorCSS") is False
    assert page.evaluate("document.adoptedStyleSheets.length") == 0
    assert page.locator("style").count() == 0


def test_a_second_click_while_the_first_is_under_way_sends_nothing_more(
    page: Page, base: str, counter: Counter
) -> None:
    open_page(page, base)
    counter.hold.clear()
    box = page.get_by_role("button", name="提交").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    page.mouse.click(x, y)
    assert counter.arrived.wait(10)
    page.mouse.click(x, y)
    counter.hold.set()

    expect(page.get_by_text("已收到")).to_be_visible()
    assert counter.received == [{"name": "王建国", "act": "send"}]


def test_enter_pressed_again_while_the_first_is_under_way_sends_nothing_more(
    page: Page, base: str, counter: Counter
) -> None:
    open_page(page, base)
    counter.hold.clear()
    page.get_by_label("姓名").focus()

    page.keyboard.press("Enter")
    assert counter.arrived.wait(10)
    page.keyboard.press("Enter")
    counter.hold.set()

    expect(page.get_by_text("已收到")).to_be_visible()
    assert len(counter.received) == 1


def test_after_the_back_button_the_form_can_be_sent_again(page: Page, base: str, counter: Counter) -> None:
    open_page(page, base)
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text("已收到")).to_be_visible()

    page.go_back()

    expect(page.get_by_role("button", name="提交")).to_be_enabled()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("已收到")).to_be_visible()
    assert [sent["act"] for sent in counter.received] == ["send", "save"]


def test_a_form_sent_by_htmx_can_be_sent_again_after_the_answer(page: Page, base: str, counter: Counter) -> None:
    open_page(page, f"{base}/htmx")
    counter.hold.clear()
    send = page.get_by_role("button", name="提交")

    send.dblclick()
    expect(send).to_be_disabled()
    expect(page.get_by_role("button", name="保存")).to_be_disabled()
    counter.hold.set()

    expect(page.get_by_label("类型")).to_be_visible()
    assert len(counter.received) == 1


def test_slash_goes_to_the_search_box_but_is_a_character_while_somebody_types(page: Page, base: str) -> None:
    open_page(page, base)

    page.keyboard.press("/")
    expect(page.get_by_label("搜索")).to_be_focused()
    expect(page.get_by_label("搜索")).to_have_value("")

    page.get_by_label("姓名").fill("")
    page.keyboard.type("a/b")
    expect(page.get_by_label("姓名")).to_have_value("a/b")


def leaving(page: Page) -> list[str]:
    """Follow the link away; return the questions the browser asked on the way."""
    asked: list[str] = []

    def answer(dialog: object) -> None:
        asked.append(dialog.type)  # type: ignore[attr-defined]  # playwright's handler type is a union
        dialog.accept()  # type: ignore[attr-defined]  # same

    page.on("dialog", answer)
    page.get_by_role("link", name="离开").click()
    expect(page.get_by_text("别处")).to_be_visible()
    return asked


@pytest.mark.parametrize(
    "path, change, asked",
    [
        ("/guarded", "", []),
        ("/guarded", "李秀兰", ["beforeunload"]),
        ("/", "李秀兰", []),
        ("/unsaved", "", ["beforeunload"]),
    ],
    ids=["unchanged", "changed", "changed-but-not-guarded", "came-back-with-errors"],
)
def test_leaving_asks_only_when_something_would_be_lost(
    page: Page, base: str, path: str, change: str, asked: list[str]
) -> None:
    open_page(page, base + path)
    page.get_by_label("姓名").click()
    if change:
        page.get_by_label("姓名").fill(change)

    assert leaving(page) == asked


def test_a_change_taken_back_is_no_change(page: Page, base: str) -> None:
    open_page(page, f"{base}/guarded")
    page.get_by_label("姓名").fill("李秀兰")
    page.get_by_label("姓名").fill("王建国")

    assert leaving(page) == []


def test_sending_a_changed_form_asks_nothing(page: Page, base: str) -> None:
    open_page(page, f"{base}/guarded")
    questions: list[str] = []
    page.on("dialog", lambda dialog: questions.append(dialog.type))
    page.get_by_label("姓名").fill("李秀兰")
    page.get_by_role("button", name="保存").click()

    expect(page.get_by_text("已收到")).to_be_visible()
    assert questions == []


def draw(page: Page) -> None:
    box = page.locator("canvas").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=8)
    page.mouse.up()


def picture(page: Page) -> bytes:
    value = page.locator("input[name=signature]").input_value()
    assert value.startswith("data:image/png;base64,")
    return base64.b64decode(value.partition(",")[2])


def ink(page: Page) -> int:
    """Return how many pixels of the pad are not blank."""
    script = "pad => pad.getContext('2d').getImageData(0, 0, pad.width, pad.height).data.filter(Boolean).length"
    return int(page.locator("canvas").evaluate(script))


def test_a_drawn_signature_is_sent_as_a_png_of_the_pad_s_size(page: Page, base: str, counter: Counter) -> None:
    open_page(page, f"{base}/sign")
    expect(page.get_by_role("status")).to_have_text("尚未签名。")
    draw(page)

    expect(page.get_by_role("status")).to_have_text("已签名。")
    image = picture(page)
    assert image[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", image[16:24]) == (600, 200)
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text("已收到")).to_be_visible()
    assert counter.received[0]["signature"].startswith("data:image/png;base64,")


def test_a_signature_can_be_cleared_with_the_keyboard_and_the_pad_says_so(page: Page, base: str) -> None:
    open_page(page, f"{base}/sign")
    draw(page)
    assert ink(page) > 0

    page.get_by_role("button", name="重新签名").focus()
    page.keyboard.press("Enter")

    assert ink(page) == 0
    expect(page.locator("input[name=signature]")).to_have_value("")
    expect(page.get_by_role("status")).to_have_text("签名已清除，请重新签名。")


def test_a_tap_leaves_a_dot(page: Page, base: str) -> None:
    open_page(page, f"{base}/sign")

    page.locator("canvas").click()

    assert ink(page) > 0


def test_a_signature_survives_a_refresh_of_the_fields(page: Page, base: str, counter: Counter) -> None:
    open_page(page, f"{base}/sign")
    draw(page)
    before = picture(page)

    page.get_by_label("类型").fill("企业")
    with page.expect_response("**/fields"):
        page.get_by_label("类型").press("Tab")
    expect(page.locator("html.htmx-request, .htmx-request")).to_have_count(0)
    expect(page.locator(".yc-signature")).to_be_visible()

    assert counter.received[0]["kind"] == "企业"
    assert picture(page) == before
    expect(page.get_by_role("status")).to_have_text("已签名。")
    page.wait_for_timeout(200)
    assert ink(page) > 0


def test_a_finger_signs_on_a_phone_where_the_pad_is_shown_smaller(phone_page: Page, base: str) -> None:
    open_page(phone_page, f"{base}/sign")
    phone_page.locator("canvas").evaluate("pad => pad.style.setProperty('width', '300px')")

    phone_page.locator("canvas").tap(position={"x": 290, "y": 20})

    drawn = "pad => pad.getContext('2d').getImageData(550, 0, 50, pad.height).data.some(Boolean)"
    assert phone_page.locator("canvas").evaluate(drawn)


def test_without_script_the_pad_is_hidden_and_the_paper_way_is_there(no_script_page: Page, base: str) -> None:
    no_script_page.goto(f"{base}/sign")

    expect(no_script_page.locator(".yc-signature")).to_be_hidden()
    expect(no_script_page.get_by_label("在纸上签名")).to_be_visible()
    expect(no_script_page.get_by_text("没有脚本也能办理")).to_be_visible()


def test_the_pad_is_accessible(page: Page, base: str, check_axe: Callable[[Page], None]) -> None:
    open_page(page, f"{base}/sign")
    draw(page)

    check_axe(page)
