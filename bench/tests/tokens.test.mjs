import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { test } from 'node:test';
import { signedInVerifiably } from '../harness/clients.mjs';

const { keys, bodies } = signedInVerifiably(2);
const answers = bodies.map((body) => JSON.parse(body));

test('tokens that are to be verified are signed with the key that is served', () => {
  const key = createPublicKey({ key: JSON.parse(keys).keys[0], format: 'jwk' });
  for (const { token } of answers) {
    const [header, payload, signature] = token.split('.');
    assert.ok(verify('sha256', Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, 'base64url')));
  }
});

test('each of those answers is of another session', () => {
  const claims = answers.map(({ token }) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url')));
  assert.notEqual(answers[0].session, answers[1].session);
  for (const [at, { sid }] of claims.entries()) assert.equal(sid, answers[at].session);
});
