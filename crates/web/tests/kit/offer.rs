//! The one offer of a page, as a browser writes it.

use std::fmt::Write as _;

/// An offer of a microphone, a camera in three sizes, a screen, and two receiving lines of each kind. The name of the
/// connection tells two pages apart.
pub fn offer(ufrag: &str) -> String {
    let print = ["AB"; 32].join(":");
    let mut text = "v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1 2 3 4 5 6\r\n\
                    a=msid-semantic: WMS\r\n"
        .to_owned();
    let lines = [
        ("audio", "sendonly", ""),
        ("video", "sendonly", "a=rid:l send\r\na=rid:m send\r\na=rid:h send\r\na=simulcast:send l;m;h\r\n"),
        ("video", "sendonly", ""),
        ("audio", "recvonly", ""),
        ("audio", "recvonly", ""),
        ("video", "recvonly", ""),
        ("video", "recvonly", ""),
    ];
    for (mid, (kind, direction, more)) in lines.into_iter().enumerate() {
        let (types, codec) = match kind {
            "audio" => (
                "111",
                "a=rtpmap:111 opus/48000/2\r\na=rtcp-fb:111 transport-cc\r\na=fmtp:111 minptime=10;useinbandfec=1\r\n",
            ),
            _ => (
                "96 97",
                "a=rtpmap:96 VP8/90000\r\na=rtcp-fb:96 goog-remb\r\na=rtcp-fb:96 transport-cc\r\na=rtcp-fb:96 ccm fir\r\n\
                 a=rtcp-fb:96 nack\r\na=rtcp-fb:96 nack pli\r\na=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n",
            ),
        };
        write!(
            text,
            "m={kind} 9 UDP/TLS/RTP/SAVPF {types}\r\nc=IN IP4 0.0.0.0\r\na=rtcp:9 IN IP4 0.0.0.0\r\na=ice-ufrag:{ufrag}\r\n\
             a=ice-pwd:0123456789abcdefghijklmn\r\na=ice-options:trickle\r\na=fingerprint:sha-256 {print}\r\n\
             a=setup:actpass\r\na=mid:{mid}\r\na=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\n\
             a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\n\
             a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\r\n\
             a=extmap:11 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id\r\n\
             a={direction}\r\na=rtcp-mux\r\na=rtcp-rsize\r\n{codec}{more}"
        )
        .unwrap();
    }
    text
}
