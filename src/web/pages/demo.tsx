import { Demo } from '../demo/demo.tsx';
import { showPage } from './show-page.tsx';

showPage(<Demo />);
