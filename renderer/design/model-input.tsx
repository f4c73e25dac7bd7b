/** Owns choosing a model: the API's own are offered, or those with a known price; any other can be typed. */
import { Autocomplete, type ComboboxItem, type ComboboxParsedItem, type OptionsFilter } from "@mantine/core";
import { useState } from "react";
import { SIMULATED_MODEL } from "#shared/run/connection.ts";
import type { ModelList } from "#shared/rpc/app-types.ts";
import { useModels } from "#renderer/design/inspector/use-models.ts";
import { useAppState } from "#renderer/state/context.ts";

export interface ModelInputProps {
  label: string;
  value: string | null;
  /** What counts where nothing is chosen; null: something must be. */
  fallback: string | null;
  /** In the place of the fallback, e.g. that several agents differ. */
  placeholder?: string;
  /** Told once a model is chosen or the field is left, not at each key: half an id is nobody's model. */
  onChange(model: string | null): void;
}

export function ModelInput({ label, value, fallback, placeholder, onChange }: ModelInputProps) {
  const prices = useAppState((state) => state.info?.prices.models);
  const { list, load } = useModels();
  const [typed, setTyped] = useState<string | null>(null);
  const offered: ModelList["models"] =
    list?.models ?? (prices ?? []).filter(({ model }) => model !== SIMULATED_MODEL).map(({ model }) => ({ model, name: null }));
  const facts = new Map(
    offered.map(({ model, name }) => {
      const price = prices?.find((each) => each.model === model);
      return [model, [name, price ? `$${price.input} in, $${price.output} out per million` : null].filter(Boolean).join(" · ")];
    }),
  );
  const take = (text: string) => {
    setTyped(null);
    const next = text.trim() === "" ? null : text.trim().slice(0, 200);
    if (next !== value && (next !== null || fallback !== null)) onChange(next);
  };
  return (
    <Autocomplete
      size="xs"
      label={label}
      placeholder={placeholder ?? (fallback === null ? "a model’s id" : `${fallback} (org default)`)}
      data={[{ group: sourceOf(list), items: offered.map(({ model }) => model) }]}
      filter={matching((model) => `${model} ${facts.get(model) ?? ""}`, value)}
      renderOption={({ option }) => (
        <span>
          {option.value}
          {facts.get(option.value) && <span className="faint model-facts">{facts.get(option.value)}</span>}
        </span>
      )}
      maxDropdownHeight={320}
      value={typed ?? value ?? ""}
      onFocus={load}
      onChange={setTyped}
      onOptionSubmit={take}
      onBlur={() => typed !== null && take(typed)}
      onKeyDown={(event) => {
        // With an option picked out, Enter is for that one.
        const picking = event.currentTarget.getAttribute("aria-activedescendant");
        if (event.key === "Enter" && !picking && typed !== null) take(typed);
      }}
      onClear={() => take("")}
      clearable={fallback !== null}
    />
  );
}

/** Where the list is from, as a heading over it. */
function sourceOf(list: ModelList | null): string {
  if (list?.from === "api") return "From the Anthropic API";
  return list?.why ?? "Models whose prices are known";
}

/** Keeps what holds all the words that were typed. All of it where nothing was typed yet: the field shows what is chosen already. */
function matching(textOf: (model: string) => string, chosen: string | null): OptionsFilter {
  return ({ options, search, limit }) => {
    const words = search === (chosen ?? "") ? [] : search.toLowerCase().split(/\s+/).filter(Boolean);
    const fits = ({ value }: ComboboxItem) => words.every((word) => textOf(value).toLowerCase().includes(word));
    return options.flatMap((each): ComboboxParsedItem[] => {
      if (!("group" in each)) return fits(each) ? [each] : [];
      const items = each.items.filter(fits).slice(0, limit);
      return items.length > 0 ? [{ ...each, items }] : [];
    });
  };
}
