// The day and time of a new entry: when its first letter was typed, not when its page was opened.
// The server's clock is the one that counts; the browser's only says how long ago that was.
export class Clock {
  constructor({ local_date, occurred_at, time_zone }, dayStartsAt) {
    Object.assign(this, { day: local_date, instant: occurred_at, zone: time_zone.value });
    this.startsAt = dayStartsAt === undefined ? null : Number(dayStartsAt);
    this.offset = Date.parse(occurred_at.value) - Date.now();
  }

  // A blank page of today whose day is over.
  get hasTurned() {
    return this.#isOfToday && this.#today !== this.day.defaultValue;
  }

  // The first letter: from here on neither day nor time moves by itself.
  begin() {
    if (!this.#isOfToday) return;
    this.day.value = this.#today;
    this.instant.value = this.#now.toISOString();
  }

  get #isOfToday() {
    return this.startsAt !== null && this.day.value === this.day.defaultValue;
  }

  get #now() {
    return new Date(Date.now() + this.offset);
  }

  get #today() {
    return dayAt(this.#now, this.zone, this.startsAt) ?? this.day.defaultValue;
  }
}

// The day the wall clock shows, which begins at the person's own hour (core.periods.local_day);
// undefined in a zone that this browser does not know.
export function dayAt(instant, timeZone, startsAt) {
  try {
    const parts = new Intl.DateTimeFormat("en", { ...PARTS, timeZone }).formatToParts(instant);
    const { year, month, day, hour } = Object.fromEntries(parts.map(({ type, value }) => [type, Number(value)]));
    return new Date(Date.UTC(year, month - 1, day, hour - startsAt)).toISOString().slice(0, 10);
  } catch {
    return undefined;
  }
}

const PARTS = { hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric" };
