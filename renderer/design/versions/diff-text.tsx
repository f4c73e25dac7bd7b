/** Owns the differences between two designs as a text: what came, what went, what changed, word by word. */
import type { ReactNode } from "react";
import type { FieldChange, ListDiff, OrgDiff, PartChange } from "#shared/org/diff.ts";
import type { Org } from "#shared/org/schema.ts";
import { type Mark, SIGNS } from "#renderer/design/versions/diff-drawing-view-model.ts";
import { condensed, diffSentence, fieldName, valueWords } from "#renderer/design/versions/diff-words-view-model.ts";
import { plural } from "#renderer/ui/words.ts";

export function DiffText({ before, after, diff }: { before: Org; after: Org; diff: OrgDiff }) {
  const changes = (fields: readonly FieldChange[]) => <Fields fields={fields} before={before} after={after} />;
  const list = <Part extends { id: string }>(title: string, lists: ListDiff<Part>, about: (part: Part) => ReactNode = () => null) => {
    const { added, removed, changed, reordered } = lists;
    if (added.length + removed.length + changed.length === 0 && reordered === null) return null;
    return (
      <section className="diff-part">
        <h3 className="section-title">{title}</h3>
        <ul>
          {added.map(({ part, name, index }) => (
            <Item key={`+${index}`} mark="added" name={name}>
              {about(part)}
            </Item>
          ))}
          {removed.map(({ part, name, index }) => (
            <Item key={`-${index}`} mark="removed" name={name}>
              {about(part)}
            </Item>
          ))}
          {changed.map((change: PartChange, index) => (
            <Item key={`${change.after}/${index}`} mark="changed" name={change.name}>
              {changes(change.fields)}
            </Item>
          ))}
        </ul>
        {reordered !== null && <p className="faint">They stand in another order.</p>}
      </section>
    );
  };
  return (
    <div className="diff-text" data-testid="diff-text">
      <p>{diffSentence(diff)}</p>
      {diff.matchedBy === "name" && <p className="faint">The two share no agent, so those of one name are taken for the same.</p>}
      {diff.org.length > 0 && (
        <section className="diff-part">
          <h3 className="section-title">The org</h3>
          {changes(diff.org)}
        </section>
      )}
      {list("Agents", diff.agents, (agent) => (
        <p className="diff-about">
          {agent.role && <span className="muted">{agent.role}. </span>}
          {agent.instructions}
        </p>
      ))}
      {list("Handoffs", diff.handoffs)}
      {list("Groups", diff.groups)}
      {list("Notes", diff.notes)}
      {diff.moves.length > 0 && (
        <p className="faint">
          {plural(diff.moves.length, "thing")} moved on the canvas, which changes no run: {diff.moves.map((move) => move.name).join(", ")}.
        </p>
      )}
    </div>
  );
}

function Item({ mark, name, children }: { mark: Mark; name: string; children: ReactNode }) {
  return (
    <li data-mark={mark}>
      <div className="diff-name">
        <span className="diff-sign" aria-hidden="true">
          {SIGNS[mark]}
        </span>
        <b>{name}</b>
        <span className="faint">{mark}</span>
      </div>
      {children}
    </li>
  );
}

function Fields({ fields, before, after }: { fields: readonly FieldChange[]; before: Org; after: Org }) {
  return (
    <dl className="diff-fields">
      {fields.map((field) => (
        <div key={field.path.join("/")}>
          <dt>{fieldName(field.path)}</dt>
          <dd>
            {field.text ? (
              <Words field={field} />
            ) : (
              <>
                <del>{valueWords(field.before, field.path, before)}</del> → <ins>{valueWords(field.after, field.path, after)}</ins>
              </>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Words({ field }: { field: FieldChange }) {
  return (
    <span className="diff-words">
      {condensed(field.text ?? []).map((segment, index) => {
        const key = `${index}/${segment.kind}`;
        if (segment.kind === "same") return <span key={key}>{segment.text}</span>;
        return segment.kind === "added" ? <ins key={key}>{segment.text}</ins> : <del key={key}>{segment.text}</del>;
      })}
    </span>
  );
}
