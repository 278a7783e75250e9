import { expect, test } from "vitest";
import { ago, clockTime, dayTitle, formatDate } from "./dates";

const ZONE = "America/New_York";
const at = (text: string) => Date.parse(`${text}-04:00`);
const now = at("2013-06-28T12:00:00");

test.each([
  ["2013-06-28T01:00:00", "Today"],
  ["2013-06-27T23:00:00", "Yesterday"],
  ["2013-06-22T12:00:00", "Saturday, June 22nd"],
  ["2013-06-11T12:00:00", "Tuesday, June 11th"],
  ["2012-12-31T12:00:00", "Monday, December 31st, 2012"],
])("%s is headed %s", (moment, title) => {
  expect(dayTitle(at(moment), now, ZONE)).toBe(title);
});

test("a time is that of the workspace's zone", () => {
  expect(clockTime(Date.parse("2013-06-28T12:05:00Z"), ZONE)).toMatch(/^8:05\sAM$/);
});

test("date tokens are filled, and unknown ones stay", () => {
  const seconds = at("2013-06-26T08:05:00") / 1000;
  expect(formatDate(seconds, "{date_num} {what}", now, ZONE)).toBe("2013-06-26 {what}");
  expect(formatDate(seconds, "{date_short_pretty}", now, ZONE)).toBe("Jun 26, 2013");
  expect(formatDate(now / 1000, "{date_long_pretty}", now, ZONE)).toBe("today");
});

test("times are told in the largest unit that fits", () => {
  expect(ago(2 * 3_600_000 + 60_000)).toBe("2 hours ago");
  expect(ago(0)).toBe("now");
});
