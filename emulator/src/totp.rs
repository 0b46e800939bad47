//! The second factor: time-based codes as authenticator apps make them (protocol.md#verify-login; RFC 6238, 6 digits,
//! 30 s, SHA-1).

use rand_core::CryptoRng;
use totp_rs::{Builder, Totp};

use crate::state::{Credential, Realm, Secret, User};
use crate::time::Time;

/// A new seed, in base 32. 160 bits, as RFC 4226 recommends.
pub(crate) fn new_seed(rng: &mut dyn CryptoRng) -> Secret {
    let mut bytes = [0_u8; 20];
    rng.fill_bytes(&mut bytes);
    Secret::new(totp_rs::Secret::from(bytes).to_base32())
}

/// Whether a text is a seed that codes can be made from.
pub(crate) fn is_seed(text: &str) -> bool {
    authenticator(&Secret::new(text), 0, "check").is_some()
}

/// The address that an authenticator app scans.
pub(crate) fn provisioning_uri(realm: &Realm, user: &User, credential: &Credential) -> Option<String> {
    let label = user.email.clone().unwrap_or_else(|| user.name());
    let totp = Builder::new()
        .with_secret(totp_rs::Secret::try_from_base32(credential.secret.reveal()).ok()?)
        .with_account_name(label.replace(':', " "))
        .with_issuer(Some(realm.name.replace(':', " ")))
        .build()
        .ok()?;
    totp.to_url().ok()
}

/// The code that is right at a time.
pub fn code(seed: &str, now: Time) -> Option<String> {
    Some(authenticator(&Secret::new(seed), 0, "code")?.generate(now.seconds()).to_string())
}

/// Accepts a code for a person's active second factor.
pub(crate) fn accept(realm: &mut Realm, user: &str, code: &str, now: Time) -> bool {
    let id = realm.second_factor_of(user).map(|credential| credential.id.clone());
    id.is_some_and(|id| accept_for(realm, &id, code, now))
}

/// Accepts a code for one credential, active or not.
pub(crate) fn accept_for(realm: &mut Realm, credential: &str, code: &str, now: Time) -> bool {
    let (window, once) = (realm.settings.assumptions.totp_window, realm.settings.assumptions.totp_code_once);
    let Some(credential) = realm.credentials.get_mut(credential) else { return false };
    // People type the code as the app shows it, in two groups.
    let code: String = code.chars().filter(|char| !char.is_whitespace()).collect();
    let step =
        authenticator(&credential.secret, window, "accept").and_then(|totp| totp.check(&code, now.seconds()));
    let fresh = |step: &u64| !once || credential.last_step.is_none_or(|last| *step > last);
    match step.filter(fresh) {
        Some(step) => {
            credential.last_step = Some(step);
            true
        }
        None => false,
    }
}

/// The name only appears in the address. Checking a code needs none.
fn authenticator(seed: &Secret, window: u16, name: &str) -> Option<Totp> {
    let secret = totp_rs::Secret::try_from_base32(seed.reveal()).ok()?;
    Builder::new().with_secret(secret).with_skew(window).with_account_name(name).build().ok()
}
