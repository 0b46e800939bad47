// What is right in a storm, so that the table, the targets and the summary judge by the same rule.

/** Whether a contender did the right thing in a mode of the service. Who keeps no session cannot lose one. */
const rules = {
  // One answer serves all.
  ok: ({ requests, settled, fine, callers }) => requests === 1 && settled === callers && fine === callers,
  // One refusal serves all, nobody asks again before the time, and nobody is signed out by it.
  limited: ({ requests, tooEarly, kept, boundedMs }) =>
    requests === 1 && tooEarly === 0 && kept !== false && boundedMs !== undefined,
  unavailable: ({ requests, kept, boundedMs }) => requests === 1 && kept !== false && boundedMs !== undefined,
  // In the end everyone is told that there is no answer.
  silent: ({ requests, kept, boundedMs }) => requests === 1 && kept !== false && boundedMs !== undefined,
};

/** Whether a row is right; `undefined` where it was not measured. */
export function isRight(row, callers) {
  return row.failed ? undefined : rules[row.mode]({ callers, ...row });
}

/** How many of its rows are right, for each contender. */
export function scores({ callers, rows }) {
  const all = new Map();
  for (const row of rows) {
    all.set(row.contender, (all.get(row.contender) ?? 0) + (isRight(row, callers) ? 1 : 0));
  }
  return [...all].sort((a, b) => b[1] - a[1]);
}
