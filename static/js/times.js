// Instants in words, as this person writes them.

// The time of day as this person writes it, in the zone of the entry; "" for no instant.
export function clock(instant, timeZone) {
  return instant ? formatted(instant, { timeStyle: "short", timeZone }) : "";
}

// A day and a time, the same way.
export const moment = (instant, timeZone) =>
  formatted(instant, { dateStyle: "medium", timeStyle: "short", timeZone });

function formatted(instant, options) {
  const { lang } = document.documentElement;
  try {
    return new Intl.DateTimeFormat(lang, options).format(new Date(instant));
  } catch {
    return new Intl.DateTimeFormat(lang, { ...options, timeZone: undefined }).format(new Date(instant));
  }
}
