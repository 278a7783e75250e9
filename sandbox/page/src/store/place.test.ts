import { expect, test } from "vitest";
import { placeOfLink, readPlace, writePlace } from "./place";

const HERE = "http://127.0.0.1:8420";

test("a permalink of this workspace names a place", () => {
  expect(placeOfLink(`${HERE}/archives/C0EXP/p1372507500000100`, HERE)).toEqual({
    channel: "C0EXP",
    message: "1372507500.000100",
    thread: "",
    tab: "",
  });
  const reply = `${HERE}/archives/C0EXP/p1372507500000100?thread_ts=1372507400.000000&cid=C0EXP`;
  expect(placeOfLink(reply, HERE)?.thread).toBe("1372507400.000000");
});

test("other links do not", () => {
  expect(placeOfLink("https://example.com/archives/C0EXP/p1372507500000100", HERE)).toBeUndefined();
  expect(placeOfLink(`${HERE}/files/F1`, HERE)).toBeUndefined();
});

test("a place is the same after a way through the address", () => {
  const place = { user: "U0ANA", channel: "C0EXP", thread: "", message: "1.000000", tab: "" } as const;
  expect(readPlace(writePlace(place))).toEqual(place);
});
