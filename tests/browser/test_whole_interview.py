"""People leave, in a real browser, with the real Rasa and the real application behind it; staff read and answer."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from bot.storage.tables import Author, ExitInterview, Mode, Outcome
from tests.browser.chat import Visitor
from tests.stack import Stack, wait_until

Visit = Callable[..., Visitor]
QUESTION = "What made you decide to leave?"
KEPT = "what would have kept you"
LIKELIHOOD = "How likely are you to come back"
CONSENT = "may Bramble & Oak e-mail you"
DELAYED = "I can't answer right now"


def find_conversation(visitor: Visitor) -> str:
    """Return the id of the conversation that this browser keeps."""
    stored = visitor.page.evaluate("Object.values(localStorage).join(' ')")
    found = re.search(r'"conversation":\s*"([^"]+)"', stored)
    assert found is not None, stored
    return found[1]


def read_interview(stack: Stack, conversation_id: str) -> ExitInterview:
    with stack.database.read() as uow:
        interview = uow.interviews.find(conversation_id)
        assert interview is not None
        # What is looked at after the transaction has to be read within it.
        _ = interview.answers, interview.reasons
        return interview


def count_customer_messages(stack: Stack, conversation_id: str) -> int:
    with stack.database.read() as uow:
        messages = uow.conversations.list_messages(conversation_id)
        return sum(message.author is Author.CUSTOMER for message in messages)


def sign_in(page: Page, stack: Stack) -> None:
    page.goto(f"{stack.url}/console")
    page.get_by_label("Name").fill("admin")
    page.get_by_label("Password").fill("staff-password")
    page.get_by_role("button", name="Sign in").click()


def test_a_customer_leaves_by_mouse_and_the_shop_goes_on(stack: Stack, visit: Visit) -> None:
    visitor = visit(f"{stack.url}/demo/shop")
    chat = visitor.open_widget()
    chat.wait_for(QUESTION)
    conversation_id = find_conversation(visitor)
    chat.press("It's too expensive")
    chat.wait_for("What changed about the price")
    chat.field.fill("It went from 19 to 24 euros, and nobody answered my question about it.")
    chat.send_button.click()
    chat.wait_for(KEPT)
    chat.press("Nothing, really")
    chat.wait_for(LIKELIHOOD)
    chat.press("3")
    chat.wait_for("one thing we can offer")
    chat.press("No, thank you")
    chat.wait_for(CONSENT)
    chat.press("No, thank you")
    visitor.wait_to_hear("finished")
    expect(visitor.page.get_by_role("heading", name="Your subscription is cancelled.")).to_be_visible()
    interview = read_interview(stack, conversation_id)
    assert interview.outcome is Outcome.LEFT
    assert interview.leading_reason == "price"
    assert interview.trial
    assert visitor.errors == []


def test_a_customer_leaves_with_the_keyboard_alone(stack: Stack, visit: Visit) -> None:
    visitor = visit(f"{stack.url}/demo/shop")
    page, chat = visitor.page, visitor.chat
    page.get_by_role("button", name="Cancel my subscription").focus()
    page.keyboard.press("Enter")
    chat.wait_for(QUESTION)
    conversation_id = find_conversation(visitor)
    expect(chat.field).to_be_focused()
    page.keyboard.type("The app logs me out every single morning.")
    page.keyboard.press("Enter")
    chat.wait_for("What stopped working")
    # Back from the field to the quick replies, and a press with the space bar.
    for _ in range(20):
        if page.evaluate("document.querySelector('farewell-widget').shadowRoot.activeElement.textContent") == (
            "Skip this question"
        ):
            break
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    chat.wait_for(KEPT)
    expect(chat.field).to_be_focused()
    for answer, following in (
        ("If it simply let me stay signed in", LIKELIHOOD),
        ("8", "We'd like to put this right"),
        ("no thanks", CONSENT),
        ("yes", "Which e-mail address"),
    ):
        page.keyboard.type(answer)
        page.keyboard.press("Enter")
        chat.wait_for(following)
    page.keyboard.type("rosa@example.com")
    page.keyboard.press("Enter")
    chat.wait_for("I've noted rosa@example.com")
    visitor.wait_to_hear("finished")
    interview = read_interview(stack, conversation_id)
    assert interview.outcome is Outcome.LEFT
    assert interview.leading_reason == "technical_reliability"
    assert {answer.question: answer.value for answer in interview.answers}["likelihood"] == 8


def test_a_customer_reloads_in_the_middle_and_goes_on_in_another_tab(stack: Stack, visit: Visit) -> None:
    visitor = visit(f"{stack.url}/chat")
    chat = visitor.chat
    chat.wait_for(QUESTION)
    chat.say("We are moving house next month")
    chat.wait_for("Where are you going")
    before = chat.said()
    visitor.page.reload()
    chat.wait_for("Where are you going")
    assert chat.said() == before
    chat.say("To Porto")
    chat.wait_for(KEPT)
    other = visit(f"{stack.url}/chat", context=visitor.page.context)
    other.chat.wait_for(KEPT)
    other.chat.press("Nothing, really")
    other.chat.wait_for(LIKELIHOOD)
    chat.wait_for(LIKELIHOOD)
    assert chat.said() == other.chat.said()


def test_what_a_customer_writes_while_rasa_is_restarted_is_answered_once(stack: Stack, visit: Visit) -> None:
    visitor = visit(f"{stack.url}/chat")
    chat = visitor.chat
    chat.wait_for(QUESTION)
    conversation_id = find_conversation(visitor)
    stack.stop_rasa()
    try:
        chat.say("The last three deliveries came late")
        chat.wait_until_sent("The last three deliveries came late")
        chat.wait_for(DELAYED)
        chat.say("and one never came at all")
        chat.wait_until_sent("and one never came at all")
    finally:
        stack.start_rasa()
    chat.wait_for(KEPT)
    interview = read_interview(stack, conversation_id)
    assert [answer.text for answer in interview.answers] == [
        "The last three deliveries came late",
        "and one never came at all",
    ]
    said = chat.said("bot")
    assert len(said) == len(set(said))
    assert count_customer_messages(stack, conversation_id) == 2


def test_a_customer_who_wants_a_human_gets_one(stack: Stack, visit: Visit) -> None:
    customer = visit(f"{stack.url}/chat")
    customer.chat.wait_for(QUESTION)
    customer.chat.say("I want to talk to a human please")
    customer.chat.wait_for("whenever the shop is open")
    conversation_id = find_conversation(customer)
    customer.chat.say("Are you there? It is about my last invoice.")
    customer.chat.wait_until_sent("about my last invoice")

    staff = visit(f"{stack.url}/console").page
    sign_in(staff, stack)
    # Who waits for a human stands above all others; somebody else may have waited longer.
    waiting = staff.get_by_role("row").filter(has_text="Waiting")
    waiting.locator(f"a[href*='{conversation_id}']").click()
    expect(staff.get_by_text("about my last invoice").first).to_be_visible()
    staff.get_by_label(re.compile("reply", re.IGNORECASE)).fill("Hello, this is Ines. I am looking at the invoice now.")
    staff.get_by_role("button", name=re.compile("^(Send|Reply)")).click()
    customer.chat.wait_for("this is Ines")

    with stack.database.read() as uow:
        assert uow.conversations.get(conversation_id).mode is Mode.STAFF
    staff.get_by_role("button", name="Hand back to the bot").click()
    customer.chat.wait_for("A few words are plenty")
    wait_until(lambda: "Hand back" not in staff.content(), "the console shows that the bot has it again")
    assert "I'm sorry" not in " ".join(customer.chat.said("bot"))
