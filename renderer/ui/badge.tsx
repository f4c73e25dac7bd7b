/** Owns the badge that says what kind of figures these are (M8). */
import { Tooltip } from "@mantine/core";
import type { Badge } from "#shared/drift/types.ts";
import { BADGE_WORDS } from "#renderer/ui/words.ts";

export function BadgeTag({ badge }: { badge: Badge }) {
  return (
    <Tooltip label={BADGE_WORDS[badge]}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the explanation must be reachable by keyboard */}
      <span className={`tag${badge === "simulated" ? " sim" : ""}`} tabIndex={0}>
        {badge}
      </span>
    </Tooltip>
  );
}
