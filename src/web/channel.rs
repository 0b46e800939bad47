//! `BroadcastChannel`.

use super::{global_member, page::WhileShown};
use crate::protocol::secret::Secret;
use std::{any::Any, cell::RefCell, rc::Rc};
use wasm_bindgen::{JsCast, prelude::*};
use web_sys::{BroadcastChannel, MessageEvent};

pub(super) fn exist() -> bool {
    global_member("BroadcastChannel").is_some_and(|class| class.is_function())
}

/// A channel that passes on every text until it is dropped.
pub(super) struct Channel {
    open: Rc<RefCell<Option<BroadcastChannel>>>,
    _while_shown: WhileShown,
}

impl Channel {
    /// Opens a channel. None if that fails.
    pub(super) fn open(name: &str, on_message: impl Fn(Secret) + 'static) -> Option<Self> {
        let open = Rc::new(RefCell::new(None));
        let (name, on_message, slot) = (name.to_owned(), Rc::new(on_message), Rc::clone(&open));
        let begin = move || -> Option<Box<dyn Any>> {
            let channel = BroadcastChannel::new(&name).ok()?;
            let on_message = Rc::clone(&on_message);
            let callback = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
                if let Some(text) = event.data().as_string() {
                    on_message(Secret::new(text));
                }
            });
            channel.set_onmessage(Some(callback.as_ref().unchecked_ref()));
            *slot.borrow_mut() = Some(channel.clone());
            Some(Box::new(Open { channel, slot: Rc::clone(&slot), _callback: callback }))
        };
        let while_shown = WhileShown::new(begin);
        let is_open = open.borrow().is_some();
        is_open.then_some(Self { open, _while_shown: while_shown })
    }

    pub(super) fn post(&self, text: &Secret) {
        if let Some(channel) = &*self.open.borrow() {
            let _ = channel.post_message(&text.expose().into());
        }
    }
}

struct Open {
    channel: BroadcastChannel,
    slot: Rc<RefCell<Option<BroadcastChannel>>>,
    _callback: Closure<dyn FnMut(MessageEvent)>,
}

impl Drop for Open {
    fn drop(&mut self) {
        self.slot.take();
        self.channel.set_onmessage(None);
        self.channel.close();
    }
}
