//! The server's state: a database, and what is known of it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime};
use tokio_postgres::NoTls;

use crate::actions::Caller;
use crate::auth::Auth;
use crate::catalogue::{self, Catalogue};
use crate::config::Config;
use crate::fault::Fault;
use crate::metadata::{Metadata, operations, store};
use crate::model::{self, Model};
use crate::schema::{self, types::RoleSchema};

/// Everything that answers depend on, as of one moment.
#[derive(Debug)]
pub struct World {
    /// What was set.
    pub metadata: Metadata,
    /// Its version.
    pub resource_version: i64,
    /// Both together.
    pub model: Model,
    schemas: Mutex<HashMap<(String, bool), Arc<RoleSchema>>>,
}

impl World {
    /// Metadata and catalogue together.
    #[must_use]
    pub fn new(
        metadata: Metadata,
        resource_version: i64,
        catalogue: &Catalogue,
        config: &Config,
    ) -> Self {
        let mut model = model::build(&metadata, catalogue);
        model.inferred = config.infer_function_permissions;
        Self { metadata, resource_version, model, schemas: Mutex::default() }
    }

    /// The schema of `role`.
    #[must_use]
    pub fn schema(&self, role: &str, backend_only: bool) -> Arc<RoleSchema> {
        let mut schemas = self.schemas.lock().unwrap_or_else(PoisonError::into_inner);
        if schemas.len() > 200 {
            // Roles are text from outside; nobody has that many in earnest.
            schemas.clear();
        }
        Arc::clone(
            schemas
                .entry((role.to_owned(), backend_only))
                .or_insert_with(|| Arc::new(schema::of_role(&self.model, role, backend_only))),
        )
    }
}

/// The server.
pub struct App {
    /// How it was started.
    pub config: Config,
    /// Who may ask.
    pub auth: Auth,
    /// What calls actions' handlers.
    pub caller: Caller,
    /// One change of metadata at a time.
    pub changing: tokio::sync::Mutex<()>,
    pool: Pool,
    metadata_pool: Pool,
    world: RwLock<Arc<World>>,
}

impl App {
    /// Connects to the databases, reads metadata and catalogue, fetches keys.
    ///
    /// # Errors
    /// What stands in the way, in one line.
    pub async fn start(config: Config) -> anyhow::Result<Self> {
        let auth = Auth::start(&config).await?;
        let pool = pool(&config.database_url)?;
        let metadata_pool = match &config.metadata_database_url {
            Some(url) => self::pool(url)?,
            None => pool.clone(),
        };
        let plain =
            |what: &'static str| move |fault: Fault| anyhow::anyhow!("{what}: {}", fault.message);
        let client = metadata_pool
            .get()
            .await
            .map_err(|error| anyhow::anyhow!("the metadata database cannot be reached: {error}"))?;
        let (mut metadata, version) =
            store::open(&client).await.map_err(plain("the metadata database"))?;
        if metadata.sources.is_empty() {
            metadata.sources.push(operations::default_source());
        }
        let client = pool
            .get()
            .await
            .map_err(|error| anyhow::anyhow!("the database cannot be reached: {error}"))?;
        let catalogue = catalogue::read(&**client).await.map_err(plain("the database"))?;
        let world = World::new(metadata, version, &catalogue, &config);
        Ok(Self {
            auth,
            caller: Caller::new()?,
            changing: tokio::sync::Mutex::default(),
            pool,
            metadata_pool,
            world: RwLock::new(Arc::new(world)),
            config,
        })
    }

    /// The state of this moment.
    #[must_use]
    pub fn world(&self) -> Arc<World> {
        Arc::clone(&self.world.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// From now on this is the state.
    pub fn replace(&self, world: World) {
        *self.world.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(world);
    }

    /// A connection to the database.
    ///
    /// # Errors
    /// None can be had.
    pub async fn client(&self) -> Result<Object, Fault> {
        Ok(self.pool.get().await?)
    }

    /// A connection to the database that keeps metadata.
    ///
    /// # Errors
    /// None can be had.
    pub async fn metadata_client(&self) -> Result<Object, Fault> {
        Ok(self.metadata_pool.get().await?)
    }
}

fn pool(url: &str) -> anyhow::Result<Pool> {
    // Not with the cause: it can quote the address, and that holds a password.
    let config: tokio_postgres::Config =
        url.parse().map_err(|_| anyhow::anyhow!("a database address does not parse"))?;
    let manager = Manager::from_config(
        config,
        NoTls,
        ManagerConfig { recycling_method: RecyclingMethod::Fast },
    );
    Ok(Pool::builder(manager)
        .max_size(10)
        .runtime(Runtime::Tokio1)
        .wait_timeout(Some(std::time::Duration::from_secs(10)))
        .create_timeout(Some(std::time::Duration::from_secs(10)))
        .build()?)
}
