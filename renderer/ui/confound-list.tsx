/** Owns the list of confounds: in what arms differ beside what is compared, by class, how grave by word and sign (M13). */
import { Button } from "@mantine/core";
import { useState } from "react";
import type { Confound, ConfoundClass, Severity } from "#shared/drift/confounds.ts";
import { CONFOUND_CLASSES } from "#shared/drift/confounds.ts";
import "#renderer/ui/confound-list.css";

const CLASS_WORDS: Record<ConfoundClass, { title: string; sentence: string }> = {
  fixable: { title: "Could be made equal", sentence: "These stand beside what you compare; mend them, or mind them." },
  treatment: { title: "What is compared", sentence: "These differences are the question itself." },
  consequence: { title: "Follows from it", sentence: "Shown, and never adjusted for." },
};

/** A filled, a half and an empty sign: told apart without colour. */
const SEVERITY_SIGNS: Record<Severity, string> = { high: "▲", medium: "◆", low: "○" };

/** More than this in a group stay folded until they are asked for. */
const SHOWN = 3;

export function ConfoundList({ confounds }: { confounds: readonly Confound[] }) {
  const groups = CONFOUND_CLASSES.map((each) => ({ of: each, found: confounds.filter((confound) => confound.class === each) }));
  return (
    <div className="confounds">
      {groups
        .filter(({ found }) => found.length > 0)
        .map(({ of, found }) => (
          <Group key={of} of={of} confounds={found} />
        ))}
    </div>
  );
}

function Group({ of, confounds }: { of: ConfoundClass; confounds: Confound[] }) {
  const [open, setOpen] = useState(false);
  const folded = confounds.length > SHOWN + 1;
  const shown = folded && !open ? confounds.slice(0, SHOWN) : confounds;
  return (
    <section aria-label={CLASS_WORDS[of].title}>
      <h4>
        {CLASS_WORDS[of].title} <span className="num">{confounds.length}</span>
      </h4>
      <p className="muted">{CLASS_WORDS[of].sentence}</p>
      <ul>
        {shown.map((each) => (
          <li key={each.id} data-severity={each.severity}>
            <span className="severity">
              <span aria-hidden="true">{SEVERITY_SIGNS[each.severity]}</span> {each.severity}
            </span>
            <span>{each.sentence}</span>
          </li>
        ))}
      </ul>
      {folded && (
        <Button variant="subtle" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? "Show fewer" : `Show all ${confounds.length}`}
        </Button>
      )}
    </section>
  );
}
