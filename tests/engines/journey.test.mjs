// What people do with forms, from the first visit to the second factor, in every engine.
import assert from 'node:assert/strict';
import { adaOfTwo } from '../session/support/realm.mjs';
import { call, visit } from './support/visit.mjs';

const grace = { email: 'grace@example.com', first_name: 'Grace', last_name: 'Hopper', password: 'a-compiler-of-1952' };

visit('Sign up, verify the address', { realm: { settings: { email_verification: 'required' } } }, async ({ realm, arrive }) => {
  const page = await arrive();
  assert.deepEqual(await call(page, ['signup', grace]), ['verify_email']);
  const token = await realm.mailedToken(grace.email);
  assert.deepEqual(await call(page, ['verifyEmail', { token }], ['verifyEmail', { token }]), ['okay', 'validation_failed']);
  assert.deepEqual(await call(page, ['login', grace]), ['done']);
  assert.equal(await page.evaluate(() => lr.session.snapshot.user.name), 'Grace Hopper');
});

visit('Forget and reset the password', {}, async ({ realm, arrive }) => {
  const page = await arrive();
  const { email } = realm.person;
  assert.deepEqual(await call(page, ['login', { email, password: 'not the password' }]), ['validation_failed']);
  assert.deepEqual(await call(page, ['forgotPassword', { email }]), ['okay']);
  const token = await realm.mailedToken();
  const password = 'another-engine-of-1871';
  assert.deepEqual(await call(page, ['resetPassword', { token, password, password_confirmation: password }]), ['done']);
  assert.deepEqual(
    await call(page, ['logout'], ['login', realm.person], ['login', { email, password }]),
    ['okay', 'validation_failed', 'done'],
  );
});

visit(
  'Second factor',
  { realm: { settings: { totp: true }, people: [{ ...grace, totp_seed: 'MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U' }] } },
  async ({ realm, arrive }) => {
    const page = await arrive();
    assert.deepEqual(await call(page, ['login', realm.person]), ['verify']);
    const token = await page.evaluate(async (person) => (await lr.login(person)).token, realm.person);
    const code = await realm.code();
    const wrong = String((Number(code) + 1) % 1_000_000).padStart(6, '0');
    assert.deepEqual(
      await call(page, ['verifyLogin', { token, code: wrong }], ['verifyLogin', { token, code }]),
      ['validation_failed', 'done'],
    );
    assert.equal(await page.evaluate(() => lr.session.snapshot.state), 'signed_in');
  },
);

visit('Profile, password, accounts', { realm: { settings: { org_mode: 'multi_user' }, people: [adaOfTwo] } }, async ({ realm, arrive }) => {
  const page = await arrive();
  const [engines, looms] = await realm.accounts();
  assert.deepEqual(await call(page, ['login', { ...realm.person, account: engines.id }]), ['done']);
  assert.deepEqual(await call(page, ['updateProfile', { first_name: 'Augusta' }]), ['done']);
  const seen = await page.evaluate(async (account) => {
    const { result } = await lr.session.switchAccount(account);
    return [result, lr.session.snapshot.user.name, lr.session.snapshot.account.id];
  }, looms.id);
  assert.deepEqual(seen, ['okay', 'Augusta Lovelace', looms.id]);
  const change = { current_password: realm.person.password, password: 'another-engine-of-1871' };
  assert.deepEqual(await call(page, ['updatePassword', change]), ['okay']);
});
