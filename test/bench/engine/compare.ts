/** Owns timing several players of the same shape against each other: warm-up, interleaved rounds, medians, ratios. */

/** Someone who plays whole runs of one shape. */
export interface Contestant {
  name: string;
  play(): Promise<void>;
}

export interface Timing {
  name: string;
  /** Microseconds a turn: median over the rounds. */
  turnUs: number;
  /** How many times as long as the first contestant, in the same round: median, least and most. */
  ratio: number;
  least: number;
  most: number;
  /** The same ratio of processor time, ours and the system's on our behalf: what others do on the machine weighs less on it. */
  cpuRatio: number;
}

export interface CompareOptions {
  turns: number;
  /** Turns that each contestant plays in a round. */
  turnsPerRound: number;
  rounds: number;
}

/** Times the contestants; the first is the one that the others are compared with. Each round begins with another of them. */
export async function compare(contestants: readonly Contestant[], options: CompareOptions): Promise<Timing[]> {
  const runs = Math.max(1, Math.round(options.turnsPerRound / options.turns));
  for (const contestant of contestants) await stretch(contestant, runs);
  const times = contestants.map((): Stretch[] => []);
  for (let round = 0; round < options.rounds; round += 1)
    for (let step = 0; step < contestants.length; step += 1) {
      const index = (round + step) % contestants.length;
      times[index]?.push(await stretch(contestants[index] as Contestant, runs));
    }
  const [first = []] = times;
  return contestants.map(({ name }, index) => {
    const own = times[index] as Stretch[];
    const ratios = (kind: keyof Stretch) => own.map((each, round) => each[kind] / (first[round] as Stretch)[kind]);
    const ofTime = ratios("us");
    return {
      name,
      turnUs: median(own.map((each) => each.us)) / (runs * options.turns),
      ratio: median(ofTime),
      least: Math.min(...ofTime),
      most: Math.max(...ofTime),
      cpuRatio: median(ratios("cpuUs")),
    };
  });
}

/** Microseconds, by the clock and of the processor. */
interface Stretch {
  us: number;
  cpuUs: number;
}

/** What `runs` runs take, one after the other. */
async function stretch({ play }: Contestant, runs: number): Promise<Stretch> {
  const cpu = process.cpuUsage();
  const startedMs = performance.now();
  for (let run = 0; run < runs; run += 1) await play();
  const us = (performance.now() - startedMs) * 1_000;
  const { user, system } = process.cpuUsage(cpu);
  return { us, cpuUs: user + system };
}

/** The middle value; of an even number the mean of the middle two. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const high = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? high) + high) / 2;
}
