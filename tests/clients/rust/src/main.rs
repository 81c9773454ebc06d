//! A client of rust_socketio that follows a namespace until it is killed, and says what happens, a line of JSON each:
//!
//!     socketio-client URL TRANSPORT NAMESPACE
//!     {"name":"connect","values":[]}

use std::env;
use std::thread;

use rust_socketio::{ClientBuilder, Event, Payload, RawClient, TransportType};
use serde_json::{json, Value};

fn say(name: &str, payload: Payload) {
    let values = match payload {
        Payload::Text(values) => values,
        other => vec![Value::from(format!("{other:?}"))],
    };
    println!("{}", json!({ "name": name, "values": values }));
}

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [url, transport, namespace] = arguments.as_slice() else {
        panic!("Usage: socketio-client URL TRANSPORT NAMESPACE");
    };
    let transport = match transport.as_str() {
        "polling" => TransportType::Polling,
        "websocket" => TransportType::Websocket,
        "upgrade" => TransportType::WebsocketUpgrade,
        other => panic!("There is no transport {other}."),
    };
    let _client = ClientBuilder::new(url.as_str())
        .namespace(namespace.as_str())
        .transport_type(transport)
        .reconnect(true)
        .reconnect_on_disconnect(true)
        .reconnect_delay(50, 200)
        .on(Event::Connect, |_, _| say("connect", Payload::Text(vec![])))
        .on(Event::Close, |_, _| say("disconnect", Payload::Text(vec![])))
        .on(Event::Error, |reason, _| say("error", reason))
        .on_any(|event: Event, payload: Payload, _: RawClient| say(event.as_str(), payload))
        .connect()
        .expect("The server must be there at the start.");
    loop {
        thread::park();
    }
}
