import Basics
import GRDB
