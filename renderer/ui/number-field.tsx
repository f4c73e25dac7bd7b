/** Owns a field for a number: it says what it takes while something else stands in it, and what stood there comes back when it is left. */
import { TextInput, type TextInputProps } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { type NumberRule, readTyped, shownNumber, stepped } from "#renderer/ui/typed-number.ts";
import { useLatest } from "#renderer/ui/use-latest.ts";
import "#renderer/ui/number-field.css";

export interface NumberFieldProps extends Omit<TextInputProps, "value" | "onChange" | "onBlur" | "onFocus" | "onKeyDown"> {
  value: number | null;
  rule: NumberRule;
  /** What the arrow keys add or take away. */
  step?: number;
  show?: (value: number | null) => string;
  /** Null only where the rule allows an empty field. */
  onNumber(value: number | null): void;
  /** What the field takes, while it holds something else; null once it is right again. */
  onUnfit?: (why: string | null) => void;
}

export function NumberField({ value, rule, step = 1, show = shownNumber, onNumber, onUnfit, ...rest }: NumberFieldProps) {
  // What is being typed; null while nobody is.
  const [text, setText] = useState<string | null>(null);
  const before = useRef(value);
  const tell = useLatest(onUnfit);
  // A field that goes away while it is wrong keeps nothing from starting.
  useEffect(() => () => tell.current?.(null), [tell]);
  const read = text === null ? null : readTyped(text, rule);
  const put = (next: number | null) => {
    if (next !== value) onNumber(next);
  };
  return (
    <TextInput
      className="number-field"
      inputMode={rule.whole ? "numeric" : "decimal"}
      autoComplete="off"
      {...rest}
      value={text ?? show(value)}
      error={read?.ok === false ? read.why : null}
      onFocus={() => {
        before.current = value;
      }}
      onChange={(event) => {
        const typed = event.currentTarget.value;
        const now = readTyped(typed, rule);
        setText(typed);
        // On the way to something that is none, a part of it was a number: that was never meant.
        put(now.ok ? now.value : before.current);
        onUnfit?.(now.ok ? null : now.why);
      }}
      onBlur={() => {
        setText(null);
        onUnfit?.(null);
      }}
      onKeyDown={(event) => {
        if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
        event.preventDefault();
        const next = stepped(value, event.key === "ArrowUp" ? step : -step, rule);
        setText(null);
        onUnfit?.(null);
        put(next);
      }}
    />
  );
}
