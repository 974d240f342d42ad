// Places in a text: code points, as the server counts them; the browser counts UTF-16 units.

export const codePoints = (text) => Array.from(text);

// The text in pieces: what is marked, and what the sentence cursor stands on.
export function pieces(text, spans, sentence) {
  const letters = codePoints(text);
  const borders = new Set([0, letters.length]);
  for (const span of spans) borders.add(span.start).add(span.end);
  for (const place of sentence ?? []) borders.add(place);
  const places = [...borders].sort((one, other) => one - other);
  return places.slice(0, -1).map((start, number) => ({
    start,
    text: letters.slice(start, places[number + 1]).join(""),
    marked: spans.some((span) => span.start <= start && start < span.end),
    cursor: sentence !== undefined && sentence[0] <= start && start < sentence[1],
  }));
}

// First and one past the last code point of what is selected inside an element; null where nothing is.
export function selected(content) {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  if (!content.contains(range.commonAncestorContainer)) return null;
  const before = document.createRange();
  before.selectNodeContents(content);
  before.setEnd(range.startContainer, range.startOffset);
  const start = codePoints(before.toString()).length;
  const end = start + codePoints(range.toString()).length;
  return start < end ? [start, end] : null;
}
