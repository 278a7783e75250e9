import { useCallback, useState } from "react";
import type { Element, ElementState, Option, OptionGroup, WorkspaceState } from "../slack/types";
import { usePage } from "../store/page";
import { plainText } from "../text/Text";
import type { ElementProps } from "./ElementView";
import { type Pick, Picker } from "./Picker";
import { fieldOf } from "./state";
import { useSurfaceScope } from "./surface";

/** Static and external selects, single or multiple: their options come from the app. */
export function OptionSelect(props: ElementProps) {
  const { block, element } = props;
  const scope = useSurfaceScope();
  const external = element.type.endsWith("external_select");
  const [fetched, query] = useExternalOptions(props);
  const options = external ? fetched : flatten(element.options, element.option_groups);
  const state = scope.stateOf(block, element);
  const selected = state?.selected_options ?? (state?.selected_option ? [state.selected_option] : []);
  const known = new Map([...selected, ...options.map((one) => one.option)].map((one) => [one.value, one]));

  const choose = (picks: Pick[]) => {
    const chosen = picks.map((pick) => known.get(pick.value)).filter((one) => one !== undefined);
    void scope.change(block, element, stateWith(element, chosen));
  };
  return (
    <Picker
      {...pickerProps(props)}
      picks={options.map(toPick)}
      selected={selected.map((option) => toPick({ option }))}
      onChange={choose}
      onQuery={external ? query : undefined}
    />
  );
}

/** Selects of people, channels and conversations: their options come from the workspace. */
export function WorkspaceSelect(props: ElementProps) {
  const { block, element } = props;
  const { state } = usePage();
  const scope = useSurfaceScope();
  const picks = workspacePicks(element.type, state);
  const chosen = scope.stateOf(block, element)?.[fieldOf(element.type) ?? "value"];
  const ids = ([] as unknown[]).concat(chosen ?? []).map(String);
  const selected = ids.map((id) => picks.find((pick) => pick.value === id) ?? { value: id, label: id });

  return (
    <Picker
      {...pickerProps(props)}
      picks={picks}
      selected={selected}
      onChange={(next) =>
        void scope.change(
          block,
          element,
          stateWith(
            element,
            next.map((pick) => pick.value),
          ),
        )
      }
    />
  );
}

function workspacePicks(type: string, state: WorkspaceState): Pick[] {
  const people = state.people.map((one) => ({ value: one.id, label: one.real_name || one.name }));
  const channels = state.channels.map((one) => ({ value: one.id, label: `#${one.name}` }));
  if (type.endsWith("users_select")) return people;
  if (type.endsWith("channels_select")) return channels;
  const dms = state.dms.map((dm) => ({
    value: dm.id,
    label: people.find((one) => one.value === dm.user)?.label ?? state.app.name,
  }));
  return [...channels, ...dms];
}

function stateWith(element: Element, chosen: unknown[]): ElementState {
  const value = element.type.startsWith("multi_") ? chosen : (chosen[0] ?? null);
  return { type: element.type, [fieldOf(element.type) ?? "value"]: value };
}

function pickerProps({ element, labelledBy, describedBy, invalid, autoFocus }: ElementProps) {
  const placeholder = plainText(element.placeholder?.text) || "Select an option";
  return {
    multiple: element.type.startsWith("multi_"),
    most: element.max_selected_items as number | undefined,
    placeholder,
    label: labelledBy ? undefined : placeholder,
    labelledBy,
    describedBy,
    invalid,
    autoFocus,
  };
}

interface Grouped {
  option: Option;
  group?: string;
}

function flatten(options: Option[] = [], groups: OptionGroup[] = []): Grouped[] {
  const grouped = groups.flatMap(({ label, options: inside }) =>
    inside.map((option) => ({ option, group: plainText(label.text) })),
  );
  return [...options.map((option) => ({ option })), ...grouped];
}

function toPick({ option, group }: Grouped): Pick {
  return {
    value: option.value,
    label: plainText(option.text.text),
    description: option.description && plainText(option.description.text),
    group,
  };
}

function useExternalOptions({ block, element }: ElementProps): [Grouped[], (query: string) => void] {
  const { client } = usePage();
  const { surface } = useSurfaceScope();
  const [found, setFound] = useState<Grouped[]>([]);
  const query = useCallback(
    (text: string) => {
      client
        .options(surface, block.block_id ?? "", element.action_id ?? "", text)
        .then((answer) => setFound(flatten(answer.options, answer.option_groups)))
        .catch(() => setFound([]));
    },
    [client, surface, block.block_id, element.action_id],
  );
  return [found, query];
}
