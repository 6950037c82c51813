"""What type checkers and editors see of the lazy imports of `__init__.py`."""

from ptacl.checkpoint.ecg_encoder import EcgEncoder as EcgEncoder
from ptacl.data.store_dataset import StoreDataset as StoreDataset
from ptacl.errors import PtaclError as PtaclError
from ptacl.gallery import Gallery as Gallery
from ptacl.gallery import open_gallery as open_gallery
from ptacl.inference.ecg_transformer import EcgTransformer as EcgTransformer
from ptacl.inference.model import Model as Model
from ptacl.inference.model import load as load
from ptacl.io import read_cine as read_cine
from ptacl.io import read_cine_slices as read_cine_slices
from ptacl.io import read_ecg as read_ecg
from ptacl.store import Store as Store
from ptacl.store import open_store as open_store
from ptacl.types import Cine as Cine
from ptacl.types import Ecg as Ecg
from ptacl.types import Embeddings as Embeddings
from ptacl.types import Inspection as Inspection
from ptacl.types import Pair as Pair
from ptacl.types import Person as Person
from ptacl.types import Subject as Subject
from ptacl.workflow.embed import embed as embed
from ptacl.workflow.evaluate import evaluate as evaluate
from ptacl.workflow.train import train as train

__version__: str
