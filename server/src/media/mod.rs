//! Pictures, videos and panoramas: from an upload to the files that pages show.
