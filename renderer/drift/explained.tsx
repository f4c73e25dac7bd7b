/** Owns a word with a plain explanation, on hover and on focus. */
import { Tooltip } from "@mantine/core";
import type { ReactNode } from "react";

export function Explained({ words, className = "", children }: { words: string; className?: string; children: ReactNode }) {
  return (
    <Tooltip label={words} multiline maw={320} events={{ hover: true, focus: true, touch: true }}>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what hovering explains, the keyboard has to reach */}
      <span className={`explained ${className}`} tabIndex={0}>
        {children}
      </span>
    </Tooltip>
  );
}
