// Times that people enter in a time zone, and the instants that they mean. The rules of the zones are the browser's.

/** "2026-10-25T02:30", as an input of type datetime-local has it. */
export type LocalTime = string;

const minute = 60_000;
const day = 24 * 60 * minute;

const formats = new Map<string, Intl.DateTimeFormat>();

function partsFormat(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      calendar: "gregory",
      numberingSystem: "latn",
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
    formats.set(zone, format);
  }
  return format;
}

/** Whether the browser knows the rules of the zone. */
export function isZone(zone: string): boolean {
  try {
    return partsFormat(zone) !== undefined;
  } catch {
    return false;
  }
}

/** The zone, or UTC if the browser does not know it: a newer program or browser may have chosen it. */
export const knownZone = (zone: string): string => (isZone(zone) ? zone : "UTC");

/** What clocks in the zone show at the instant, read as UTC. */
function clockAt(instant: number, zone: string): number {
  const parts = new Map(
    partsFormat(zone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const of = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  return Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"), of("second"));
}

/**
 * The instants, in ms since 1970, at which clocks in the zone show the time: usually one; none if it is skipped because
 * clocks go forward, two if it is repeated because they go back. Undefined if it is no time.
 */
export function instantsOf(local: LocalTime, zone: string): number[] | undefined {
  const clock = /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(local) ? Date.parse(`${local}Z`) : NaN;
  if (Number.isNaN(clock) || !new Date(clock).toISOString().startsWith(local)) {
    return undefined; // engines read February 30 as March 2
  }
  // The zone's offsets around that time: a day is more than any offset.
  const candidates = [-day, 0, day].map((shift) => clock - (clockAt(clock + shift, zone) - (clock + shift)));
  return [...new Set(candidates)]
    .filter((instant) => clockAt(instant, zone) === clock)
    .sort((one, other) => one - other);
}

/** What clocks in the zone show at the instant, to the minute. */
export const localTimeOf = (instant: number, zone: string): LocalTime =>
  new Date(clockAt(instant, zone)).toISOString().slice(0, 16);

/** What is wrong with a time that someone entered. */
export type TimeFault = "missing" | "repeated" | "no_time";

export type EnteredTime =
  { readonly instant: number | undefined; readonly fault?: undefined } | { readonly fault: TimeFault };

/** The instant that someone meant; undefined if nothing was entered. */
export function read(local: LocalTime, zone: string): EnteredTime {
  if (local === "") {
    return { instant: undefined };
  }
  const instants = instantsOf(local.slice(0, 16), zone);
  if (!instants) {
    return { fault: "no_time" };
  }
  const [instant, second] = instants;
  return instant === undefined ? { fault: "missing" } : second === undefined ? { instant } : { fault: "repeated" };
}

/** Date, time and abbreviation of the zone, in words of the reader's language. */
export function timeInZone(instant: number, zone: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, {
    timeZone: zone,
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    timeZoneName: "short",
  }).format(instant);
}

// UTC is the name in the time already.
const named = (instant: number, zone: string, locale: string) => {
  const time = timeInZone(instant, zone, locale);
  return zone === "UTC" ? time : `${time} (${zone.replace(/_/g, " ")})`;
};

/** The time in the zone and, if that is another one, in the zone of this browser, each with the name of the zone. */
export const inBothZones = (instant: number, zone: string, locale: string): string[] =>
  [...new Set([knownZone(zone), ownZone()])].map((each) => named(instant, each, locale));

/** Safari before 15.4, Chrome before 99 and Firefox before 93 do not list the zones. */
type ZoneList = typeof Intl & { supportedValuesOf?: (key: "timeZone") => string[] };

/** The zones to offer, with those that are given, by name. */
export function zones(...given: string[]): string[] {
  const known = (Intl as ZoneList).supportedValuesOf?.("timeZone") ?? [];
  return [...new Set([...given, "UTC", ...known])].filter(isZone).sort();
}

/** The zone of this browser. */
export const ownZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
