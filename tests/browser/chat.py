"""The chat as a person uses it: what they see, write and press. Works for the widget and for the full-page chat."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect


class Chat:
    """Everything is found by role and by what it is called, as a screen reader finds it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.panel = page.locator("farewell-widget dialog")
        self.log = page.get_by_role("log")
        self.field = page.get_by_label("Your message")
        self.send_button = page.get_by_role("button", name="Send", exact=True)
        self.skip_button = page.get_by_role("button", name="Skip and cancel")
        self.close_button = page.get_by_role("button", name="Close, and go on later")
        self.anew_button = page.get_by_role("button", name="Begin a new conversation")
        self.standing = page.locator(".standing")

    # ---- doing -------------------------------------------------------------------------------------------------

    def say(self, text: str) -> None:
        """Type a message and press Enter."""
        self.field.fill(text)
        self.field.press("Enter")

    def press(self, title: str) -> None:
        """Press a quick reply."""
        self.answer(title).click()

    def skip(self) -> None:
        self.skip_button.click()

    def close(self) -> None:
        self.close_button.click()

    # ---- seeing ------------------------------------------------------------------------------------------------

    def answer(self, title: str) -> Locator:
        return self.page.get_by_role("group", name="Suggested answers").get_by_role("button", name=title, exact=True)

    def bubble(self, text: str) -> Locator:
        return self.log.locator(".bubble", has_text=text)

    def wait_for(self, text: str) -> None:
        """Wait until somebody has said it."""
        expect(self.bubble(text).last).to_be_visible(timeout=20_000)

    def wait_until_sent(self, text: str) -> None:
        """Wait until the customer's message is with the server, and is there once."""
        message = self.log.locator(".message.customer", has_text=text)
        expect(message).to_have_count(1, timeout=20_000)
        expect(message.locator("time")).to_be_visible(timeout=20_000)

    def said(self, author: str | None = None) -> list[str]:
        """What stands in the transcript, in order; `author` is customer, bot or staff."""
        message = f".message.{author}" if author else ".message"
        return self.log.locator(f"{message} .bubble").all_inner_texts()

    def answers(self) -> list[str]:
        """The quick replies that can be pressed now."""
        return self.page.locator(".answers button:visible").all_inner_texts()

    def expect_open(self) -> None:
        expect(self.panel).to_be_visible()

    def expect_closed(self) -> None:
        expect(self.panel).to_be_hidden()


class Visitor:
    """A person in front of a page. `heard` are the events that the widget told the page, as (name, detail)."""

    LISTEN = """
      window.heard = [];
      for (const name of ["opened", "finished", "skip", "closed"]) {
        window.addEventListener(`farewell:${name}`, (event) => window.heard.push([name, event.detail]));
      }
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.chat = Chat(page)
        self.errors: list[str] = []
        self.warnings: list[str] = []
        self.requests: list[str] = []
        page.add_init_script(self.LISTEN)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda line: line.type == "warning" and self.warnings.append(line.text))
        page.on("request", lambda request: self.requests.append(request.url))

    def open_widget(self, button: str = "Cancel my subscription") -> Chat:
        """Press the page's own cancel button, and wait for the chat's first question."""
        self.page.get_by_role("button", name=button).click()
        self.chat.expect_open()
        return self.chat

    def heard(self) -> list[tuple[str, dict[str, str]]]:
        return [(name, detail) for name, detail in self.page.evaluate("window.heard")]

    def wait_to_hear(self, name: str) -> None:
        self.page.wait_for_function("name => window.heard.some(([heard]) => heard === name)", arg=name)
