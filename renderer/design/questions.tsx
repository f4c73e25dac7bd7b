/** Owns the question that stands over the canvas: one agent of many, found by a few letters, or a short text. */
import { useMemo } from "react";
import { useStore } from "zustand";
import type { DesignDesk, Question } from "#renderer/design/desk.ts";
import { CommandPalette } from "#renderer/ui/commands/command-palette.tsx";
import type { Command } from "#renderer/ui/commands/registry.ts";
import { TextQuestion } from "#renderer/ui/commands/text-question.tsx";

export function Questions({ desk }: { desk: DesignDesk }) {
  const question = useStore(desk.store, (state) => state.question);
  const close = () => desk.closeQuestion();
  return (
    <>
      <WhichAgent question={question?.kind === "agent" ? question : null} onClose={close} />
      {question?.kind === "text" && <TextQuestion {...question} onClose={close} />}
    </>
  );
}

function WhichAgent({ question, onClose }: { question: Extract<Question, { kind: "agent" }> | null; onClose(): void }) {
  const commands = useMemo(
    () =>
      (question?.agents ?? []).map(
        ({ id, name, role }): Command<null> => ({
          id,
          title: name,
          group: role || "no role",
          run: () => question?.onAnswer(id),
        }),
      ),
    [question],
  );
  return (
    <CommandPalette
      opened={question !== null}
      onClose={onClose}
      commands={commands}
      context={null}
      platform="other"
      words={{ name: question?.title ?? "Agents", field: question?.title ?? "Agents", thing: "agent" }}
    />
  );
}
