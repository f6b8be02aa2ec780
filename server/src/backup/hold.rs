//! Files that a backup's snapshot names stay until they are copied: whoever deletes files waits while a backup is under
//! way. The hold is there before the snapshot is taken; what is deleted from the library later is in the snapshot, and
//! its files go only after the backup. A backup that was killed holds for `HOLD_US`.

use std::time::Duration;

use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::clock::Clock;
use crate::db::Db;
use crate::on_engine;

/// How long a hold lasts unless it is renewed.
const HOLD_US: i64 = 10 * 60 * 1_000_000;
/// How often it is renewed.
const RENEWED: Duration = Duration::from_mins(2);

/// Whether a backup is under way.
pub async fn is_held(db: &Db, now_us: i64) -> sqlx::Result<bool> {
    let holds: i64 = on_engine!(db, conn => sqlx::query_scalar("SELECT COUNT(*) FROM backup_hold WHERE expires_us > $1")
        .bind(now_us).fetch_one(conn).await?);
    Ok(holds > 0)
}

/// A hold, renewed until [`Hold::end`].
pub struct Hold {
    db: Db,
    id: Uuid,
    renewing: JoinHandle<()>,
}

impl Hold {
    /// Takes it.
    pub async fn begin(db: &Db, id: Uuid, clock: std::sync::Arc<dyn Clock>) -> sqlx::Result<Self> {
        let mut tx = db.begin().await?;
        on_engine!(tx, conn => sqlx::query("DELETE FROM backup_hold WHERE expires_us <= $1")
            .bind(clock.now_us()).execute(conn).await.map(drop)?);
        on_engine!(tx, conn => sqlx::query("INSERT INTO backup_hold (id, expires_us) VALUES ($1, $2)")
            .bind(id).bind(clock.now_us() + HOLD_US).execute(conn).await.map(drop)?);
        tx.commit().await?;
        let renewed = db.clone();
        let renewing = tokio::spawn(async move {
            let mut ticks = tokio::time::interval(RENEWED);
            loop {
                ticks.tick().await;
                if let Err(error) = renew(&renewed, id, clock.now_us() + HOLD_US).await {
                    tracing::warn!(%error, "the backup's hold on files could not be renewed; the next try follows");
                }
            }
        });
        Ok(Self { db: db.clone(), id, renewing })
    }

    /// Lets go.
    pub async fn end(self) -> sqlx::Result<()> {
        self.renewing.abort();
        let mut tx = self.db.begin().await?;
        on_engine!(tx, conn => sqlx::query("DELETE FROM backup_hold WHERE id = $1").bind(self.id).execute(conn).await.map(drop)?);
        tx.commit().await
    }
}

async fn renew(db: &Db, id: Uuid, expires_us: i64) -> sqlx::Result<()> {
    let mut tx = db.begin().await?;
    on_engine!(tx, conn => sqlx::query("UPDATE backup_hold SET expires_us = $1 WHERE id = $2")
        .bind(expires_us).bind(id).execute(conn).await.map(drop)?);
    tx.commit().await
}
