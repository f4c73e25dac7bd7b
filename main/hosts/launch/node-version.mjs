/** Owns the check that this Node can run Driftlab; plain JavaScript, so that an old Node can still read it. */

/** Ends the process with one sentence where Node is too old: the store's binary would crash on it. */
export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > 22 || (major === 22 && minor >= 12)) return;
  process.stderr.write(
    `Driftlab needs Node 22.12 or newer, this is ${process.versions.node}. Run it through npm (npm start, npm run -s driftlab), which brings Node 24 on Linux x64, or install a newer Node.\n`,
  );
  process.exit(2);
}
