/** Owns choosing traits and what is varied, from menus: each value makes an arm. */
import { ActionIcon, Button, Menu, MultiSelect, Select, Stack, TagsInput } from "@mantine/core";
import type { Variable } from "#shared/rpc/experiment-types.ts";
import {
  addable,
  armSum,
  type Choice,
  EFFORT_CHOICES,
  KIND_WORDS,
  MEMORY_CHOICES,
  RELAY_CHOICES,
  TRAIT_WORDS,
  type Variation,
} from "#renderer/state/variations.ts";
import { CloseIcon } from "#renderer/ui/icons.tsx";

export interface VaryProps {
  variations: Variation[];
  variable: Variable;
  orgs: number;
  /** Models to choose from; null where the simulated population answers. */
  models: string[] | null;
  onChange(variations: Variation[]): void;
}

export function Vary({ variations, variable, orgs, models, onChange }: VaryProps) {
  const shown = variations.filter((each) => each.kind !== "trait" && (each.kind !== "model" || models !== null));
  const more = addable(variations, variable, models !== null);
  const counted = variations.filter((each) => each.kind !== "model" || models !== null);
  const sum = armSum(counted, orgs);
  const replace = (old: Variation, next: Variation | null) =>
    onChange(variations.flatMap((each) => (each === old ? (next ? [next] : []) : [each])));
  return (
    <Stack gap={10}>
      <Traits variations={variations} variable={variable} onChange={onChange} />
      {shown.map((each) => (
        <Row
          key={each.kind === "relay" ? `relay:${each.edge}` : each.kind}
          variation={each}
          edges={freeEdges(each, variations, variable)}
          models={models ?? []}
          onChange={(next) => replace(each, next)}
        />
      ))}
      {more.length > 0 && (
        <Menu position="bottom-start">
          <Menu.Target>
            <Button variant="default" style={{ alignSelf: "flex-start" }}>
              {shown.length === 0 ? "Vary something…" : "Vary something else…"}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {more.map((each) => (
              <Menu.Item key={each.kind} onClick={() => onChange([...variations, each])}>
                {KIND_WORDS[each.kind]}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
      {sum !== "" && (
        <p className="muted num" style={{ fontSize: 12 }} data-testid="arm-sum">
          {orgs > 1 ? "Orgs times values" : "All combinations"}: {sum} org arms, each with its solo arms.
        </p>
      )}
    </Stack>
  );
}

function Traits({ variations, variable, onChange }: Pick<VaryProps, "variations" | "variable" | "onChange">) {
  return variable.traits.map(({ trait, shares }) => {
    const values = variations.find((each) => each.kind === "trait" && each.trait === trait)?.values ?? [];
    return (
      <MultiSelect
        key={trait}
        label={TRAIT_WORDS[trait].label}
        description={`${TRAIT_WORDS[trait].sentence} Several shares make an arm each.`}
        placeholder={values.length === 0 ? "none" : ""}
        data={shares}
        value={values}
        onChange={(next) => {
          const others = variations.filter((each) => each.kind !== "trait" || each.trait !== trait);
          onChange(next.length === 0 ? others : [...others, { kind: "trait", trait, values: next }]);
        }}
        clearable
      />
    );
  });
}

/** A row keeps its own handoff and may take those that no other row has. */
function freeEdges(own: Variation, variations: readonly Variation[], { edges }: Variable): Choice[] {
  return edges.filter(({ value }) => !variations.some((each) => each !== own && each.kind === "relay" && each.edge === value));
}

interface RowProps {
  variation: Variation;
  edges: Choice[];
  models: string[];
  onChange(next: Variation | null): void;
}

function Row({ variation, edges, models, onChange }: RowProps) {
  const title = KIND_WORDS[variation.kind];
  const values = (choices: readonly Choice[]) => (
    <MultiSelect
      aria-label={`${title}: values`}
      data={[...choices]}
      value={variation.values}
      onChange={(next) => onChange({ ...variation, values: next })}
      error={variation.values.length === 0 ? "Choose one to set it, several to compare them." : null}
    />
  );
  return (
    <fieldset className="vary-row" aria-label={`Vary: ${title}`}>
      <div className="vary-head">
        <b style={{ fontWeight: 600 }}>{title}</b>
        <ActionIcon aria-label={`Do not vary: ${title}`} size={24} onClick={() => onChange(null)}>
          {CloseIcon}
        </ActionIcon>
      </div>
      {variation.kind === "relay" && (
        <>
          <Select
            aria-label="Handoff"
            data={edges}
            value={variation.edge}
            onChange={(edge) => edge && onChange({ ...variation, edge })}
            allowDeselect={false}
            searchable={edges.length > 8}
          />
          {values(RELAY_CHOICES)}
        </>
      )}
      {variation.kind === "effort" && values(EFFORT_CHOICES)}
      {variation.kind === "memory" && values(MEMORY_CHOICES)}
      {variation.kind === "model" && (
        <TagsInput
          size="xs"
          aria-label={`${title}: values`}
          description="Choose, or type a name and press Enter."
          data={models}
          value={variation.values}
          splitChars={[",", " "]}
          onChange={(next) => onChange({ ...variation, values: next })}
          error={variation.values.length === 0 ? "Choose one to set it, several to compare them." : null}
        />
      )}
    </fieldset>
  );
}
