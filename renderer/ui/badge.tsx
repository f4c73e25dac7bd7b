/** Owns the badge that says what kind of figures these are (M8). */
import { Tooltip } from "@mantine/core";
import type { Badge } from "#shared/drift/types.ts";
import { BADGE_WORDS } from "#renderer/ui/words.ts";

export function BadgeTag({ badge }: { badge: Badge }) {
  return (
    <Tooltip label={BADGE_WORDS[badge]}>
      <button type="button" className={`tag${badge === "simulated" ? " sim" : ""}`} aria-label={`${badge}: ${BADGE_WORDS[badge]}`}>
        {badge}
      </button>
    </Tooltip>
  );
}
