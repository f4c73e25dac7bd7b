/** Owns choosing one of several arms: side by side while their names have room, else from a list. */
import { SegmentedControl, Select } from "@mantine/core";

/** Characters of all names together that fit side by side. */
const ROOM = 60;

export interface ArmChoiceProps {
  arms: readonly { id: string; name: string }[];
  value: string;
  onChange(id: string): void;
}

export function ArmChoice({ arms, value, onChange }: ArmChoiceProps) {
  const data = arms.map((each) => ({ value: each.id, label: each.name }));
  const fits = arms.reduce((sum, each) => sum + each.name.length, 0) <= ROOM;
  if (fits) return <SegmentedControl aria-label="Org" data={data} value={value} onChange={onChange} />;
  return (
    <Select
      aria-label="Org"
      data={data}
      value={value}
      onChange={(next) => next && onChange(next)}
      allowDeselect={false}
      w={340}
      searchable={arms.length > 8}
      title={arms.find((each) => each.id === value)?.name ?? ""}
    />
  );
}
