// How a failure of the SDK is told to a person: the sentence first, what helps next, the code last and small.

const ADVICE = {
  network_error: 'LoginRocket could not be reached. Is the emulator still running?',
  timeout: 'LoginRocket took too long to answer.',
}

// Told instead of the SDK's sentence, which says to try again: here the first try may have been done.
const INSTEAD = {
  outcome_unknown: 'This may have been done: try to sign in, or look for the mail, before repeating it.',
}

/** True for an answer that says why a call did not do what was asked. */
export function isFailure(answer) {
  return answer.result === 'error'
}

/** Shows a failure in an element of the view. */
export function tell(element, failure) {
  const lines = failure.errors.length > 1 ? [list(failure.errors)] : [paragraph(INSTEAD[failure.code] ?? failure.error)]
  if (ADVICE[failure.code]) lines.push(paragraph(ADVICE[failure.code]))
  if (failure.retryAfterSeconds !== undefined) lines.push(paragraph(wait(failure.retryAfterSeconds)))
  lines.push(fine(failure))
  // What is no refusal in the service's own words, whoever runs the page may have to mend.
  if (typeof failure.message === 'string') lines.push(small(failure.message))
  element.replaceChildren(...lines)
  element.hidden = false
}

function wait(seconds) {
  const rounded = Math.ceil(seconds)
  return rounded === 1 ? 'You can try again in a second.' : `You can try again in ${rounded} seconds.`
}

function fine(failure) {
  const parts = [failure.code]
  if (failure.status !== undefined) parts.push(`status ${failure.status}`)
  if (failure.requestId !== undefined) parts.push(failure.requestId)
  return small(parts.join(' · '))
}

function small(text) {
  const element = document.createElement('small')
  element.textContent = text
  return element
}

function paragraph(text) {
  const element = document.createElement('p')
  element.textContent = text
  return element
}

function list(texts) {
  const element = document.createElement('ul')
  for (const text of texts) {
    const item = document.createElement('li')
    item.textContent = text
    element.append(item)
  }
  return element
}
