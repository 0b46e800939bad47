//! The service as a test scripts it: what was sent, and what is answered.

use loginrocket_wasm::{
    engine::Input,
    protocol::{
        request::Request,
        response::{Body, Headers, Reply},
    },
};
use serde_json::Value as Json;
use std::rc::Rc;

/// What a test may look at of a request that was sent.
#[derive(Clone, Debug)]
pub struct Sent {
    /// Which tab sent it, and when, in epoch seconds.
    pub tab: u64,
    pub at: u64,
    pub method: &'static str,
    pub url: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: Option<Json>,
}

impl Sent {
    /// A request, with the parameters of the app's call if they are its body.
    pub(super) fn of(tab: u64, at: u64, request: &Request, params: Option<Json>) -> Self {
        let body = request.additions.as_ref().map(|additions| {
            let mut body: Json = serde_json::from_str(additions.expose()).unwrap();
            if let Some(Json::Object(own)) = params {
                body.as_object_mut().unwrap().extend(own);
            }
            body
        });
        Self {
            tab,
            at,
            method: request.method.as_str(),
            url: request.url.expose().to_owned(),
            headers: request.headers().map(|(name, value)| (name, value.to_owned())).collect(),
            body,
        }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// The path below the API's URL, or else below the realm's root, without parameters.
    pub fn path(&self) -> &str {
        let path = match self.url.split_once("/v2/") {
            Some((_, path)) => path,
            None => self.url.splitn(4, '/').last().unwrap(),
        };
        path.split('?').next().unwrap()
    }

    /// A parameter, in the query or in the body.
    pub fn parameter(&self, name: &str) -> Option<String> {
        if let Some(body) = &self.body {
            return body[name].as_str().map(str::to_owned);
        }
        let query = self.url.split_once('?').map_or("", |(_, query)| query);
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        pairs.find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
    }
}

/// The next answer of the service.
#[derive(Clone, Debug)]
pub enum Answer {
    Status(u16, &'static str),
    Json(u16, Json),
    /// 429 with `Retry-After`, in seconds.
    Limited(u32),
    /// No answer: the connection failed.
    Fault,
    /// Nothing ever comes.
    Hang,
    /// What the test says when it is time; see `Browser::answer`.
    Held,
    /// An answer that takes so many milliseconds.
    After(u32, Box<Answer>),
}

pub(super) type Service = Rc<dyn Fn(&Sent) -> Answer>;

impl Answer {
    /// The report of it, once it has come.
    pub(super) fn report(&self, id: u32) -> Input {
        let reply = match self {
            Self::Status(status, body) => reply(*status, body),
            Self::Json(status, body) => reply(*status, &body.to_string()),
            Self::Limited(seconds) => {
                let headers = Headers { retry_after: Some(seconds.to_string().into()), ..Headers::default() };
                Reply { headers, ..reply(429, "") }
            }
            Self::Fault => return Input::Unanswered { id, is_misuse: false },
            Self::Hang | Self::Held | Self::After(..) => unreachable!("has not come"),
        };
        Input::Replied { id, reply }
    }
}

/// An answer with a body.
pub fn reply(status: u16, body: &str) -> Reply {
    Reply { status, body: Body::Text(body.into()), ..Reply::default() }
}
