import { get } from "node-emoji";

/** Slack's names that the emoji table has under another one. */
const SLACK_NAMES: Record<string, string> = {
  thumbsup: "+1",
  thumbsdown: "-1",
  large_green_circle: "green_circle",
  large_yellow_circle: "yellow_circle",
  large_orange_circle: "orange_circle",
  large_blue_circle: "blue_circle",
  large_red_square: "red_square",
  large_green_square: "green_square",
  double_vertical_bar: "pause_button",
  black_square_for_stop: "stop_button",
  hourglass_flowing_sand: "hourglass_flowing_sand",
  airplane_departure: "flight_departure",
  airplane_arriving: "flight_arrival",
};

/** The character of a shortcode's name, or nothing if there is none. */
export function emojiCharacter(name: string): string | undefined {
  return get(name) ?? get(SLACK_NAMES[name] ?? "") ?? undefined;
}
