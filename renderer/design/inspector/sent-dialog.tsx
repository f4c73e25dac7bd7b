/** Owns showing what an agent is sent: the lab's own answer, with whose words each piece is. */
import { Button, Modal, SegmentedControl, Select } from "@mantine/core";
import { useEffect, useState } from "react";
import { createStore } from "zustand/vanilla";
import { useStore } from "zustand";
import { type Agent, type Org, type Relay, RELAYS, type Trait, TRAITS } from "#shared/org/schema.ts";
import type { AgentPreview, SampleMessage, SuiteInfo } from "#shared/rpc/org-types.ts";
import { PART_OWNERS, type PartOwner, type PromptPart } from "#shared/run/prompt-part.ts";
import { TEXT_NAMES, type TextKind, textOfKind } from "#renderer/design/inspector/agent-edits.ts";
import { sentenceOf } from "#renderer/lab/lab.ts";
import { useApp, useAppState } from "#renderer/state/context.ts";
import { count } from "#renderer/ui/words.ts";

const OWNER_NAMES: Record<PartOwner, string> = {
  engine: "Driftlab’s own words",
  design: "your design",
  brief: "the task’s brief",
  colleague: "a colleague",
};

const RELAY_NAMES: Record<Relay, string> = {
  paraphrase: "Paraphrase",
  "paraphrase+brief": "Paraphrase + brief",
  verbatim: "Verbatim",
};

/** The task that was looked at last, so that the next agent is shown with the same one. */
const lastTask = createStore<{ suiteId: string | null; taskId: string | null }>(() => ({ suiteId: null, taskId: null }));

/** The button and the dialog that it opens. */
export function SentButton({ org, agent }: { org: Org; agent: Agent }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant="default" onClick={() => setOpen(true)}>
        What it is sent
      </Button>
      <Modal
        opened={open}
        onClose={() => setOpen(false)}
        title={`What ${agent.name} is sent`}
        size={860}
        closeButtonProps={{ "aria-label": "Close" }}
        // A dialog’s head is not a second banner of the page.
        attributes={{ header: { role: "presentation" } }}
        // The canvas listens to keys of the whole window: here Escape closes, and does not let go of the agent.
        onKeyDown={(event) => event.stopPropagation()}
      >
        {open && <Sent org={org} agent={agent} />}
      </Modal>
    </>
  );
}

function Sent({ org, agent }: { org: Org; agent: Agent }) {
  const app = useApp();
  const suites = useAppState((state) => state.suites);
  const last = useStore(lastTask);
  const suite = chosenSuite(suites, last.suiteId);
  const taskId = suite?.tasks.find((task) => task.id === last.taskId)?.id ?? suite?.tasks[0]?.id ?? null;
  const suiteId = suite?.id ?? null;
  const [kind, setKind] = useState<TextKind>("base");
  const trait: Trait | null = kind === "base" || textOfKind(agent, kind).trim() === "" ? null : kind;
  const [answer, setAnswer] = useState<{ preview: AgentPreview } | { why: string } | null>(null);
  useEffect(() => {
    if (suiteId === null || taskId === null) return;
    let stale = false;
    app.lab
      .call((client) => client.orgs.preview({ org, agentId: agent.id, suiteId, taskId, trait }))
      .then(
        (preview) => !stale && setAnswer({ preview }),
        (error: unknown) => !stale && setAnswer({ why: sentenceOf(error) }),
      );
    return () => {
      stale = true;
    };
  }, [app, org, agent.id, suiteId, taskId, trait]);
  const kinds = (["base", ...TRAITS] as const).filter((each) => each === "base" || textOfKind(agent, each).trim() !== "");
  return (
    <div className="sent">
      <div className="sent-choices">
        <Select
          label="Suite"
          data={suites.map((each) => ({ value: each.suite.id, label: each.suite.name }))}
          value={suiteId}
          onChange={(value) => value && lastTask.setState({ suiteId: value, taskId: null })}
          allowDeselect={false}
        />
        <Select
          label="Task"
          data={(suite?.tasks ?? []).map((task) => ({ value: task.id, label: task.title }))}
          value={taskId}
          onChange={(value) => value && lastTask.setState({ suiteId, taskId: value })}
          allowDeselect={false}
          searchable
        />
      </div>
      {kinds.length > 1 && (
        <SegmentedControl
          aria-label="Which of its texts"
          data={kinds.map((value) => ({ value, label: TEXT_NAMES[value] }))}
          value={trait ?? "base"}
          onChange={(value) => setKind(value as TextKind)}
        />
      )}
      {answer === null ? (
        <div role="status">Asking the lab…</div>
      ) : "why" in answer ? (
        <p role="alert">{answer.why}</p>
      ) : (
        <Preview preview={answer.preview} />
      )}
    </div>
  );
}

function chosenSuite(suites: readonly SuiteInfo[], id: string | null): SuiteInfo["suite"] | undefined {
  return (suites.find((each) => each.suite.id === id) ?? suites[0])?.suite;
}

function Preview({ preview }: { preview: AgentPreview }) {
  const { system, tools, start, inbox } = preview;
  return (
    <>
      <p className="faint">
        {preview.model} · at most {count(preview.maxOutputTokens)} tokens an answer · ≈ {count(preview.tokens)} tokens in its first request
        · {preview.promptsVersion}
      </p>
      <p className="sent-legend">
        {PART_OWNERS.map((owner) => (
          <span key={owner} className="sent-part" data-by={owner}>
            {OWNER_NAMES[owner]}
          </span>
        ))}
      </p>
      <h3 className="section-title">System prompt</h3>
      {system.map((parts) => (
        <Words key={parts.map((part) => part.text).join("")} parts={parts} testId="sent-system" />
      ))}
      {start && (
        <>
          <h3 className="section-title">When the work starts</h3>
          <Words parts={start} />
        </>
      )}
      {inbox && (
        <>
          <h3 className="section-title">{start ? "When mail comes" : "Its first turn, when mail comes"}</h3>
          <Words parts={inbox.header} />
          {inbox.messages.map((message) => (
            <Message key={message.handoffId} message={message} />
          ))}
          {inbox.later.length > 0 && (
            <>
              <h3 className="section-title">Later rounds may bring</h3>
              <p className="faint">From {inbox.later.map((each) => each.from).join(", ")}: none of them can have written by then.</p>
              {inbox.later.map((message) => (
                <Message key={message.handoffId} message={message} />
              ))}
            </>
          )}
        </>
      )}
      {!start && !inbox && <p>Nobody writes to it and it does not receive the brief, so it is never asked.</p>}
      <h3 className="section-title">Tools, as JSON</h3>
      {tools.length === 0 ? (
        <p>None: it has nobody to write to and does not deliver.</p>
      ) : (
        <pre className="prompt-text sent-words">{JSON.stringify(tools, null, 2)}</pre>
      )}
    </>
  );
}

function Message({ message }: { message: SampleMessage }) {
  const [relay, setRelay] = useState<Relay>(message.relay);
  return (
    <div className="sent-message">
      <div className="sent-message-head">
        <span>From {message.from}</span>
        <SegmentedControl
          aria-label={`How words of ${message.from} are shown`}
          data={RELAYS.map((value) => ({ value, label: `${RELAY_NAMES[value]}${value === message.relay ? " (as designed)" : ""}` }))}
          value={relay}
          onChange={(value) => setRelay(value as Relay)}
        />
      </div>
      <Words parts={message.blocks[relay]} />
    </div>
  );
}

function Words({ parts, testId }: { parts: readonly PromptPart[]; testId?: string }) {
  return (
    <pre className="prompt-text sent-words" {...(testId ? { "data-testid": testId } : {})}>
      {withPlaces(parts).map(({ part, at }) => (
        <span key={at} className="sent-part" data-by={part.by} title={OWNER_NAMES[part.by]}>
          {part.text}
        </span>
      ))}
    </pre>
  );
}

/** Each piece with where it begins, which tells pieces of the same words apart. */
function withPlaces(parts: readonly PromptPart[]): { part: PromptPart; at: number }[] {
  let at = 0;
  return parts.map((part) => {
    const placed = { part, at };
    at += part.text.length;
    return placed;
  });
}
