//! `/profile` and `/accounts`: pages of a person who is logged in, in this browser or through the API (`session=`).

use http::Response;
use serde_json::{Map, Value};

use super::{Form, Input, Outcome, Visit, leads_on, to, with_cookie, words};
use crate::id;
use crate::locale::Text;
use crate::routes::profile;
use crate::settings::{EmailVerification, Feature, Field, PasswordField};
use crate::signin;
use crate::state::{Credential, Verification};
use crate::totp;
use crate::wire::Refusal;

impl Visit<'_> {
    /// `GET /profile`.
    pub(super) fn show_profile(&mut self) -> Outcome {
        self.profile_page(None, Vec::new())
    }

    /// `POST /profile`: back to the app if it sent the person here, and on to it if a login was waiting for this.
    pub(super) fn change_profile(&mut self) -> Outcome {
        let Some((session, user)) = self.session().zip(self.user()) else {
            return Ok(to(&self.onward("/login")));
        };
        let leads_on = self.param("redirect_uri").is_some() || signin::is_incomplete(self.realm, &user);
        // An empty field clears what was there.
        let names = ["email", "username", "first_name", "last_name", "org_name"];
        let mut members: Map<String, Value> = names
            .iter()
            .filter_map(|name| Some(((*name).to_owned(), self.params.get(*name)?.clone())))
            .collect();
        members.extend(self.members(&["account"]));
        members.insert("session".into(), session.into());
        match self.call(Feature::Api, profile::update, members) {
            Ok(outcome) if leads_on => self.proceed(outcome),
            Ok(_) => self.profile_page(Some("Saved."), Vec::new()),
            Err(errors) => self.profile_page(None, errors),
        }
    }

    /// `POST /profile/password`.
    pub(super) fn change_password(&mut self) -> Outcome {
        let Some(session) = self.session() else { return Ok(to(&self.onward("/login"))) };
        let mut members = self.members(&["current_password", "password", "password_confirmation"]);
        members.insert("session".into(), session.into());
        match self.call(Feature::Api, profile::change_password, members) {
            Ok(_) => self.profile_page(Some("Your password was changed."), Vec::new()),
            Err(errors) => self.profile_page(None, errors),
        }
    }

    /// `POST /profile/email`: the mail that verifies the address, once more.
    pub(super) fn verify_again(&mut self) -> Outcome {
        let Some(session) = self.session() else { return Ok(to(&self.onward("/login"))) };
        let members = Map::from_iter([("session".into(), session.into())]);
        match self.call(Feature::Api, profile::verify_again, members) {
            Ok(_) => {
                self.profile_page(Some("We sent a mail to you. Follow the link in it to go on."), Vec::new())
            }
            Err(errors) => self.profile_page(None, errors),
        }
    }

    /// `POST /profile/authenticator`: a seed for an authenticator app, and a form for its first code.
    pub(super) fn add_authenticator(&mut self) -> Outcome {
        let Some(user) = self.user().filter(|_| self.realm.settings.totp) else {
            return Err(Refusal::not_found());
        };
        // An attempt that was given up leaves nothing behind.
        self.realm.credentials.retain(|_, credential| credential.user != user || credential.active);
        let credential = Credential {
            id: id::fresh("crd", self.rng),
            user: user.clone(),
            name: "Authenticator".into(),
            secret: totp::new_seed(self.rng),
            active: false,
            last_step: None,
            created_at: self.now,
        };
        let person = self.realm.users.get(&user).ok_or(Refusal::broken())?;
        let uri = totp::provisioning_uri(self.realm, person, &credential).ok_or(Refusal::broken())?;
        let id = credential.id.clone();
        self.realm.credentials.insert(id.clone(), credential);
        self.authenticator_page(
            &id,
            &words::fill(self.locale, "Add this address to your authenticator app: {}", &uri),
            Vec::new(),
        )
    }

    /// `POST /profile/authenticator/verify`: the first right code makes the authenticator active.
    pub(super) fn verify_authenticator(&mut self) -> Outcome {
        let (credential, code) = (self.typed("credential"), self.typed("code"));
        let user = self.user().ok_or(Refusal::no_session())?;
        let own = self.realm.credentials.get(&credential).is_some_and(|found| found.user == user);
        if !own {
            return Err(Refusal::not_found());
        }
        if !totp::accept_for(self.realm, &credential, &code, self.now) {
            let errors = vec![Text::CodeWrong.say(self.locale, &self.realm.settings)];
            return self.authenticator_page(&credential, "Try once more.", errors);
        }
        if let Some(credential) = self.realm.credentials.get_mut(&credential) {
            credential.active = true;
        }
        self.profile_page(Some("From now on your authenticator app is asked for, too."), Vec::new())
    }

    /// `GET /accounts`: the chooser; straight on if there is one to choose, unless `force=1`.
    pub(super) fn show_accounts(&mut self) -> Outcome {
        let Some((session, user)) = self.session().zip(self.user()) else {
            return Ok(to(&self.onward("/login")));
        };
        let accounts: Vec<(String, String)> = self
            .realm
            .memberships_of(&user)
            .filter_map(|membership| self.realm.orgs.get(&membership.org))
            .map(|org| (org.id.clone(), org.name.clone()))
            .collect();
        if let ([(only, _)], None) = (accounts.as_slice(), self.param("force")) {
            return self.select_account(&only.clone());
        }
        if accounts.is_empty() {
            // The profile page asks for the name of the first account.
            return Ok(with_cookie(to(&self.onward("/profile")), &session));
        }
        let forms = accounts.iter().map(|(id, name)| self.form(&format!("/accounts/{id}"), Vec::new(), name));
        let page = self.page("Choose an account", None, Vec::new(), forms.collect())?;
        Ok(with_cookie(page, &session))
    }

    /// `/accounts/<org>`, and `/account/<org>` as the documentation has it: the sources disagree
    /// (protocol.md#hosted-pages).
    pub(super) fn select_account(&mut self, org: &str) -> Outcome {
        let Some((session, user)) = self.session().zip(self.user()) else {
            return Ok(to(&self.onward("/login")));
        };
        if self.realm.membership_in(&user, org).is_none() {
            return Err(Refusal::not_found());
        }
        self.params.insert("account".into(), org.into());
        self.refresh(&session)
    }

    fn profile_page(&mut self, note: Option<&str>, errors: Vec<String>) -> Outcome {
        let Some((session, user)) = self.session().zip(self.user()) else {
            return Ok(to(&self.onward("/login")));
        };
        let mut forms = vec![self.profile_form(&user)?, self.password_form(&user)?];
        if self.realm.settings.email_verification != EmailVerification::None
            && self.realm.users.get(&user).is_some_and(|person| person.verification != Verification::Verified)
        {
            let again = self.form("/profile/email", Vec::new(), "Send the mail again");
            forms.insert(0, again.titled("Verify your e-mail"));
        }
        if self.realm.settings.totp && self.realm.second_factor_of(&user).is_none() {
            forms.push(
                self.form("/profile/authenticator", Vec::new(), "Set up an authenticator app")
                    .titled("Second factor"),
            );
        }
        let links = [("/accounts?force=1", "Your accounts"), ("/logout", "Log out")];
        let page: Response<Vec<u8>> = self.page_with_links("Your profile", note, errors, forms, &links)?;
        Ok(if leads_on(&page) { page } else { with_cookie(page, &session) })
    }

    fn profile_form(&self, user: &str) -> Result<Form, Refusal> {
        let person = self.realm.users.get(user).ok_or(Refusal::broken())?;
        let settings = &self.realm.settings;
        let known = |name: &str, field: &Option<String>| {
            self.param(name).or_else(|| field.clone()).unwrap_or_default()
        };
        let mut inputs = vec![Input::email(known("email", &person.email))];
        let mut add = |field: Field, input: Input| match field {
            Field::Hidden => {}
            Field::Optional => inputs.push(input.optional()),
            Field::Required => inputs.push(input),
        };
        add(
            settings.username_field,
            Input::text("username", "Username", "nickname", known("username", &person.username)),
        );
        add(
            settings.name_field,
            Input::text("first_name", "First name", "given-name", known("first_name", &person.first_name)),
        );
        add(
            settings.name_field,
            Input::text("last_name", "Last name", "family-name", known("last_name", &person.last_name)),
        );
        if self.realm.memberships_of(user).next().is_none() {
            inputs.push(Input::text(
                "org_name",
                "Name of your account",
                "organization",
                self.typed("org_name"),
            ));
        }
        Ok(self.form("/profile", inputs, "Save"))
    }

    fn password_form(&self, user: &str) -> Result<Form, Refusal> {
        let person = self.realm.users.get(user).ok_or(Refusal::broken())?;
        let mut inputs = Vec::new();
        if person.password_hash.is_some() {
            inputs.push(Input::new("current_password", "Current password", "password", "current-password"));
        }
        inputs.push(Input::new_password());
        if self.realm.settings.password_field == PasswordField::Twice {
            inputs.push(Input::new("password_confirmation", "Password again", "password", "new-password"));
        }
        Ok(self.form("/profile/password", inputs, "Change password").titled("Password"))
    }

    fn authenticator_page(&self, credential: &str, note: &str, errors: Vec<String>) -> Outcome {
        let mut form = self.form("/profile/authenticator/verify", vec![Input::code()], "Verify");
        form.hidden.push(("credential", credential.to_owned()));
        self.page("Your authenticator app", Some(note), errors, vec![form])
    }
}
