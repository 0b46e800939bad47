//! `/forgot`, and the pages that links in mails lead to: `/reset` and `/verify-email`.
//!
//! A link only shows a form: mail scanners follow links, and one-time tokens work once.

use super::{Form, Input, Outcome, Visit};
use crate::routes::{email, password};
use crate::settings::{Feature, PasswordField};

impl Visit<'_> {
    /// `GET /forgot`.
    pub(super) fn show_forgot(&mut self) -> Outcome {
        self.forgot_form(Vec::new())
    }

    /// `POST /forgot`.
    pub(super) fn forget_password(&mut self) -> Outcome {
        match self.call(Feature::Api, password::forgot, self.members(&["email"])) {
            Ok(outcome) => self.proceed(outcome),
            Err(errors) => self.forgot_form(errors),
        }
    }

    /// `GET /reset?token=…`.
    pub(super) fn show_reset(&mut self) -> Outcome {
        self.reset_form(Vec::new())
    }

    /// `POST /reset`: logged in with the new password.
    pub(super) fn reset_password(&mut self) -> Outcome {
        let members = self.members(&["token", "password", "password_confirmation"]);
        match self.call(Feature::Api, password::reset, members) {
            Ok(outcome) => self.proceed(outcome),
            Err(errors) => self.reset_form(errors),
        }
    }

    /// `GET /verify-email?token=…`.
    pub(super) fn show_verify_email(&mut self) -> Outcome {
        let form = self.token_form("/verify-email", Vec::new(), "Verify");
        self.page(
            "Verify your e-mail",
            Some("One click, and your address is verified."),
            Vec::new(),
            vec![form],
        )
    }

    /// `POST /verify-email`.
    pub(super) fn verify_email(&mut self) -> Outcome {
        let (note, errors) = match self.call(Feature::Api, email::verify, self.members(&["token"])) {
            Ok(_) => (Some("Your e-mail is verified."), Vec::new()),
            Err(errors) => (None, errors),
        };
        self.page_with_links("Verify your e-mail", note, errors, Vec::new(), &[("/login", "Go on")])
    }

    fn forgot_form(&self, errors: Vec<String>) -> Outcome {
        let form = self.form("/forgot", vec![Input::email(self.typed("email"))], "Send me a link");
        self.page_with_links(
            "Forgot your password?",
            None,
            errors,
            vec![form],
            &[("/login", "Log in instead")],
        )
    }

    fn reset_form(&self, errors: Vec<String>) -> Outcome {
        let mut inputs = vec![Input::new_password()];
        if self.realm.settings.password_field == PasswordField::Twice {
            inputs.push(Input::new("password_confirmation", "Password again", "password", "new-password"));
        }
        let form = self.token_form("/reset", inputs, "Set the password");
        self.page("Choose a new password", None, errors, vec![form])
    }

    fn token_form(&self, action: &str, inputs: Vec<Input>, submit: &str) -> Form {
        let mut form = self.form(action, inputs, submit);
        form.hidden.push(("token", self.typed("token")));
        form
    }
}
