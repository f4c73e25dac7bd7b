/** Owns what is wrong with a file that was to come in: it stays until it is closed, as a file is mended beside it. */
import { Alert } from "@mantine/core";
import type { Problem } from "#shared/problem.ts";

/** More are of no use at once. */
const MOST_SHOWN = 10;

export function FileProblems({ problems, onClose }: { problems: readonly Problem[]; onClose(): void }) {
  if (problems.length === 0) return null;
  const more = problems.length - MOST_SHOWN;
  const refused = problems.some((problem) => problem.severity === "error");
  return (
    <Alert
      color={refused ? "red" : "orange"}
      role="alert"
      title={refused ? "The file did not come in" : "The file came in; worth knowing"}
      withCloseButton
      closeButtonLabel="Close"
      onClose={onClose}
    >
      <ul className="file-problems">
        {problems.slice(0, MOST_SHOWN).map(({ message }) => (
          <li key={message}>{message}</li>
        ))}
        {more > 0 && <li>And {more} more.</li>}
      </ul>
    </Alert>
  );
}
