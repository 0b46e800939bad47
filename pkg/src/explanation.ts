// The explanation of a session, as `explain()` gives it.

import { dense } from './members'
import { FRESHNESS, PROBLEMS, STATES, WHYS, type Answer, type AnswerKind } from './wire/effects'
import { ERRORS } from './wire/errors'

const seconds = (ms: number | null) => (ms === null ? null : ms / 1000)
const codeOf = (error: number | null) => (error === null ? null : ERRORS[error]![0])

/** What the engine says. The host adds the version, the kind of storage and the number of listeners. */
export const explanationOf = (answer: Extract<Answer, [AnswerKind.Explanation, ...unknown[]]>) => {
  const [, state, freshness, problem, lock, channel, visible, online, isSent, why, error, ago, nextMs, ...others] = answer
  const [waitMs, waitError, requests, failures, skewSeconds, tokenMs, waiting, disposed] = others
  return dense({
    state: STATES[state],
    freshness: FRESHNESS[freshness],
    storage: dense({ problem: problem === null ? null : PROBLEMS[problem] }),
    tabs: { lock, channel },
    visible,
    online,
    refreshing: isSent === null ? null : isSent ? 'answer' : 'lock',
    lastRefresh: why === null ? null : { why: WHYS[why], code: codeOf(error) ?? 'okay', secondsAgo: seconds(ago) },
    nextWakeInSeconds: seconds(nextMs),
    wait: waitMs === null ? null : { seconds: seconds(waitMs), code: codeOf(waitError) },
    requestsInLastMinute: requests,
    failuresInARow: failures,
    skewSeconds,
    tokenExpiresInSeconds: seconds(tokenMs),
    waiting,
    disposed,
  })
}

/** The explanation of a session that has no engine. */
export const INERT = {
  state: 'loading',
  freshness: 'fresh',
  storage: {},
  tabs: { lock: false, channel: false },
  visible: true,
  online: true,
  requestsInLastMinute: 0,
  failuresInARow: 0,
  waiting: 0,
}
