/* Every word of the widget that a customer can read or hear, in one object. What the bot says is not here: it comes from
 * the server. (Five short sentences for when the chat cannot even be loaded stand at the top of widget.js.) */
export const copy = {
  // Header and frame
  title: (company) => (company ? `${company}: before you go` : "Before you go"),
  talk: (company) => (company ? `Your conversation with ${company}` : "Your conversation"),
  someone: "Before you go",
  assistant: "Automated assistant",
  team: "With our team",
  privacy: "Privacy",
  close: "Close, and go on later",
  log: "Conversation",

  // Who says it
  you: "You",
  staff: "Our team",

  // Writing
  inputLabel: "Your message",
  placeholder: "Write in your own words…",
  send: "Send",
  suggestions: "Suggested answers",
  left: (count) => (count === 1 ? "1 character left" : `${count.toLocaleString("en")} characters left`),
  tooLong: (count) => `${count.toLocaleString("en")} too many for one message. Please shorten it, or send it in two parts.`,

  // What became of a message
  sending: "Sending…",
  notSent: "Not sent.",
  edit: "Edit",

  // Leaving
  skip: "Skip and cancel",
  skipped: "That’s fine, no more questions.",
  goOn: "Go on to cancel",
  ended: "We’re done here, and you can still write to us.",
  telegram: "Go on on Telegram",
  openTelegram: "Open Telegram",
  anew: "Begin a new conversation",
  newest: "Newest message",

  // How things stand
  connecting: "Connecting…",
  offline: "You seem to be offline. What you write is kept here and sent when you’re back.",
  unreachable: "We can’t be reached just now. What you write is kept here and sent as soon as we can.",
  waiting: "That was a lot at once. A moment, please, and we go on by ourselves.",
  noTelegram: "The way to Telegram isn’t open just now. You can simply go on here.",
  delayed: "The answer takes longer than usual. Your message is safe, and the answer will appear here.",
  withStaff: (company) => `This is with ${company ? `the team at ${company}` : "our team"} now. The automated assistant stays quiet.`,
  renewed: "Your earlier conversation is no longer open, so we’ve begun a new one.",
  erased: "This conversation has been deleted.",
  stale: "That answer is no longer open. Please write it instead.",

  // Days between messages
  today: "Today",
  yesterday: "Yesterday",
};
