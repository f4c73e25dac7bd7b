/** Owns making an org of a family: kind, size and seed, its structure seen and counted before a new org is made of it. */
import { Button, NumberInput, Radio, Slider, Stack } from "@mantine/core";
import { useMemo, useState } from "react";
import { FAMILIES, type Family, generateOrg, LARGEST_FAMILY, SMALLEST_FAMILY } from "#shared/org/families.ts";
import { familyStats } from "#shared/org/family-stats.ts";
import { ReadCanvas } from "#renderer/canvas/read-canvas.tsx";
import { agentNodes, handoffEdges } from "#renderer/canvas/view-model.ts";
import { useApp } from "#renderer/state/context.ts";
import { figure, plural } from "#renderer/ui/words.ts";
import "#renderer/design/generate/generate.css";

const OFFERS: Record<Family, { label: string; description: string; drawn: boolean }> = {
  hierarchy: { label: "Hierarchy", description: "A tree: work goes down, reports come up.", drawn: true },
  flat: { label: "Flat", description: "Peers who may all write to one another.", drawn: false },
  hub: { label: "Hub", description: "One coordinator; the others write to it alone.", drawn: false },
  random: { label: "Random", description: "Handoffs drawn by chance; everybody is reached.", drawn: true },
};

/** The seeds that the dice give; any whole number can be typed. */
const SEEDS = 10_000;

export function GenerateView({ readOnly }: { readOnly: boolean }) {
  const app = useApp();
  const [family, setFamily] = useState<Family>("hierarchy");
  const [size, setSize] = useState(7);
  const [seed, setSeed] = useState(1);
  const org = useMemo(() => generateOrg({ family, size, seed }), [family, size, seed]);
  const stats = useMemo(() => familyStats(org), [org]);
  const drawing = useMemo(() => ({ nodes: agentNodes(org), edges: handoffEdges(org, () => ({ width: 1.5 })) }), [org]);
  const { drawn } = OFFERS[family];
  const most = Math.max(...stats.levels);
  return (
    <div className="generate">
      <aside className="side left" aria-label="Make an org of a family">
        <div className="pad">
          <h2 className="panel-title">Make an org of a family</h2>
          <p className="muted">
            Orgs that differ in structure alone, to be compared with one another. It becomes a new org; this one stays.
          </p>
          <Radio.Group label="Structure" value={family} onChange={(value) => setFamily(value as Family)}>
            <Stack gap={8} mt={6}>
              {FAMILIES.map((each) => (
                <Radio key={each} size="xs" value={each} label={OFFERS[each].label} description={OFFERS[each].description} />
              ))}
            </Stack>
          </Radio.Group>
          <div className="generate-size">
            <NumberInput
              label="Agents"
              value={size}
              min={SMALLEST_FAMILY}
              max={LARGEST_FAMILY}
              allowDecimal={false}
              clampBehavior="strict"
              onChange={(value) => typeof value === "number" && setSize(between(value, SMALLEST_FAMILY, LARGEST_FAMILY))}
            />
            <Slider thumbLabel="Agents" value={size} min={SMALLEST_FAMILY} max={LARGEST_FAMILY} onChange={setSize} label={null} size="sm" />
          </div>
          <div className="generate-seed">
            <NumberInput
              label="Seed"
              description={drawn ? "The same seed makes the same org." : "Nothing is drawn here: every seed makes the same org."}
              value={seed}
              min={0}
              max={Number.MAX_SAFE_INTEGER}
              allowDecimal={false}
              disabled={!drawn}
              onChange={(value) => typeof value === "number" && setSeed(between(value, 0, Number.MAX_SAFE_INTEGER))}
            />
            <Button variant="default" disabled={!drawn} onClick={() => setSeed(Math.floor(Math.random() * SEEDS))}>
              Another
            </Button>
          </div>
          <hr className="hr" />
          <dl className="generate-figures" aria-label="Figures">
            <dt>Agents</dt>
            <dd>{org.agents.length}</dd>
            <dt>Handoffs</dt>
            <dd>{org.handoffs.length}</dd>
            <dt title="Hops from the agent with the brief to the one that is farthest from it">Depth</dt>
            <dd>{plural(stats.depth, "hop")}</dd>
            <dt title="Handoffs out of all that there could be">Density</dt>
            <dd>{figure(stats.density)}</dd>
          </dl>
          <div>
            <h3 className="section-title">Agents on each level</h3>
            <ol className="generate-levels" start={0}>
              {stats.levels.map((count, level) => (
                // oxlint-disable-next-line react/no-array-index-key -- a level is its place
                <li key={level}>
                  <i style={{ width: `${(count / most) * 100}%` }} />
                  <span>
                    {count} <span className="faint">{level === 0 ? "with the brief" : `after ${plural(level, "hop")}`}</span>
                  </span>
                </li>
              ))}
            </ol>
          </div>
          <Button disabled={readOnly} onClick={() => void app.createOrg({ family: { family, size, seed } })}>
            Make this org
          </Button>
        </div>
      </aside>
      <section className="generate-preview" aria-label="Preview">
        <ReadCanvas designKey={`${family}/${size}/${seed}`} nodes={drawing.nodes} edges={drawing.edges} />
        <p className="generate-name">{org.name}</p>
      </section>
    </div>
  );
}

function between(value: number, least: number, most: number): number {
  return Math.min(Math.max(Math.round(value), least), most);
}
